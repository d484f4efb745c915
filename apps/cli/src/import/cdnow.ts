import { basename } from 'node:path';
import { Unreadable } from './file-row';
import { type ReadProgress, whitespaceRows } from './file-rows';
import type { TicketRow, TicketRows } from './imported-ticket';
import { unpackedName } from './line-numbers';
import { amount, readRow, time } from './row-reading';
import { instantIn } from './store-time';

/** Settings of a CDNOW log. */
export interface CdnowSettings {
  readonly path: string;
  /** Purchases are dated, not timed: each is taken to be at noon of this zone, US Eastern time unless said otherwise. */
  readonly timeZone?: string;
  readonly onProgress?: ReadProgress;
}

/**
 * The CDNOW purchase log (the sample of Fader, Hardie and Lee, 2005): `master_id sample_id YYYYMMDD cds dollars`,
 * separated by white space. Each row is a ticket of one line, with file name and line as its number; `master_id` is the
 * member, the store is `cdnow`. How many discs it was is kept as a label.
 */
export const cdnow = (settings: CdnowSettings): TicketRows => {
  const timeZone = settings.timeZone ?? 'America/New_York';
  const name = basename(settings.path);
  return {
    name,
    currency: 'USD',
    timeZone,
    isNumberedByLine: true,
    async *rows(numberedAs = unpackedName(name)) {
      for await (const each of whitespaceRows(settings.path, settings.onProgress))
        yield readRow(name, each, (fields, row) => ({
          ...ticketRow(fields, timeZone),
          ticketNo: `${numberedAs}:${row}`,
        }));
    },
  };
};

const ticketRow = (fields: readonly string[], timeZone: string): Omit<TicketRow, 'row' | 'ticketNo'> => {
  const [memberId = '', , date = '', discs = '', dollars = ''] = fields;
  if (fields.length !== 5) throw new Unreadable(`5 fields are expected, there are ${fields.length}`);
  return {
    memberId,
    storeId: 'cdnow',
    tillId: 'import',
    occurredAt: time('the date', date, (text) => (/^\d{8}$/.test(text) ? instantIn(timeZone, text) : undefined)),
    line: {
      sku: 'cd',
      category: 'music',
      labels: [`discs=${discs}`],
      quantity: 1,
      grossMinor: amount('the price', dollars, 2),
      discountMinor: 0,
      taxMinor: 0,
    },
  };
};
