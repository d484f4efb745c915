import { toText } from '#libs/platform/kernel/instant';
import { TemporaryFiles } from '../temporary-files';
import { externalSort, type Keyed, type Sorted } from './external-sort';
import {
  BadRow,
  type ImportedTicket,
  type ImportedTicketBody,
  type TicketRow,
  type TicketRows,
} from './imported-ticket';
import { ticketRefusal } from './row-rules';
import { dateIn } from './store-time';

/** How a purchase log is opened. */
export interface OpenSettings {
  /** Rows held in memory while sorting (25,000 unless said otherwise); more go to temporary files. */
  readonly rowsInMemory?: number;
  /** Told of each row that cannot be read, which is then left out. Without it the first such row is thrown. */
  readonly onBadRow?: (problem: BadRow) => void;
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal;
}

/** A till of a store. */
export interface TillPlace {
  readonly storeId: string;
  readonly tillId: string;
}

/** A purchase log, read once and put in order. */
export interface PurchaseLog {
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly ticketCount: number;
  readonly lineCount: number;
  /** Every store in it, in order of their ids. */
  readonly storeIds: readonly string[];
  /** Every till in it. */
  readonly tills: readonly TillPlace[];
  /**
   * The tickets in the order in which they happened (at the same instant: by store, till and number), each with its
   * lines in the order of the file. With `after`, the position of a ticket, only those that follow it: the same file
   * gives the same positions every time.
   */
  tickets(after?: string): AsyncIterable<ImportedTicket>;
  /** Closes the temporary files. */
  close(): Promise<void>;
}

const separator = '\u0001';

/**
 * Reads a log's rows, groups them into tickets and sorts these by time, in bounded memory: the lines of a ticket may
 * stand anywhere in the file. Throws {@link BadRow} for a row that cannot be read, that names another member than
 * its ticket's first row, or that begins a ticket no till could send (see {@link OpenSettings.onBadRow}).
 */
export const openPurchaseLog = async (source: TicketRows, settings: OpenSettings = {}): Promise<PurchaseLog> => {
  const files = new TemporaryFiles();
  const close = () => files.close();
  try {
    const report = settings.onBadRow ?? ((problem: BadRow): never => raise(problem));
    const itemsInMemory = settings.rowsInMemory ?? 25_000;
    const rows = await externalSort(byTicket(until(settings.signal, source.rows()), source, report), {
      files,
      itemsInMemory,
    });
    const tills = new Map<string, TillPlace>();
    const seen = ({ body: { storeId, tillId } }: ImportedTicket): void =>
      void tills.set(storeId + separator + tillId, { storeId, tillId });
    const found = byTime(until(settings.signal, grouped(rows, source.name, report)), source, { seen, report });
    const tickets = await externalSort(found, { files, itemsInMemory });
    const { name, currency, timeZone } = source;
    return {
      ...{ name, currency, timeZone, ticketCount: tickets.count, lineCount: rows.count },
      storeIds: [...new Set([...tills.values()].map(({ storeId }) => storeId))].sort(),
      tills: [...tills.values()],
      tickets: (after) => following(tickets, after),
      close,
    };
  } catch (problem) {
    await close();
    throw problem;
  }
};

const raise = (problem: Error): never => {
  throw problem;
};

/** The same items, as long as nobody says that it is enough. */
async function* until<T>(signal: AbortSignal | undefined, items: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const item of items) {
    signal?.throwIfAborted();
    yield item;
  }
}

/** Rows keyed by ticket, then by place in the file. */
async function* byTicket(
  all: AsyncIterable<TicketRow | BadRow>,
  source: TicketRows,
  report: (problem: BadRow) => void,
): AsyncGenerator<Keyed<TicketRow>> {
  for await (const row of all) {
    if (row instanceof BadRow) {
      report(row);
      continue;
    }
    const date = dateIn(source.timeZone, row.occurredAt);
    const place = String(row.row).padStart(12, '0');
    yield { key: [row.storeId, row.tillId, date, row.ticketNo, place].join(separator), item: row };
  }
}

const ticketKey = (key: string): string => key.slice(0, key.lastIndexOf(separator));

/** The rows of each ticket, together. A row of another member than the first one's is reported and left out. */
async function* grouped(
  rows: Sorted<TicketRow>,
  file: string,
  report: (problem: BadRow) => void,
): AsyncGenerator<readonly [TicketRow, ...TicketRow[]]> {
  let key = '';
  let ticket: [TicketRow, ...TicketRow[]] | undefined;
  for await (const { key: rowKey, item } of rows.read()) {
    if (ticket === undefined || ticketKey(rowKey) !== key) {
      if (ticket !== undefined) yield ticket;
      ticket = [item];
      key = ticketKey(rowKey);
    } else if (item.memberId === ticket[0].memberId) ticket.push(item);
    else
      report(
        new BadRow(
          file,
          item.row,
          `ticket ${item.ticketNo} belongs to member ${ticket[0].memberId}, not ${item.memberId}`,
        ),
      );
  }
  if (ticket !== undefined) yield ticket;
}

/** A ticket with the row on which it begins. */
interface Placed {
  readonly row: number;
  readonly body: ImportedTicketBody;
}

/** Tickets keyed by time. A ticket whose rows differ in time happened at the last of them, when it was paid. */
async function* byTime(
  tickets: AsyncIterable<readonly [TicketRow, ...TicketRow[]]>,
  source: TicketRows,
  take: { readonly seen: (ticket: ImportedTicket) => void; readonly report: (problem: BadRow) => void },
): AsyncGenerator<Keyed<Placed>> {
  for await (const rows of tickets) {
    const [{ storeId, tillId, ticketNo, memberId }] = rows;
    const at = rows.reduce((latest, row) => Math.max(latest, row.occurredAt), -Infinity);
    const lines = rows.map(({ line }, index) => ({ lineNo: index + 1, ...line }));
    const amountMinor = lines.reduce((sum, line) => sum + line.grossMinor - line.discountMinor, 0);
    const businessDate = dateIn(source.timeZone, at);
    const body: ImportedTicketBody = {
      ...{
        memberId,
        storeId,
        tillId,
        ticketNo,
        businessDate,
        occurredAt: toText(at),
        currency: source.currency,
        lines,
      },
      ticketDiscountMinor: 0,
      tenders: [{ kind: 'card', amountMinor }],
      redemptionIds: [],
      voucherCodes: [],
    };
    const key = [body.occurredAt, storeId, tillId, ticketNo].join('|');
    const row = rows[0].row;
    const refusal = ticketRefusal(body);
    if (refusal !== undefined) {
      take.report(new BadRow(source.name, row, `ticket ${ticketNo}: ${refusal}`));
      continue;
    }
    take.seen({ position: key, row, body });
    yield { key, item: { row, body } };
  }
}

async function* following(tickets: Sorted<Placed>, after = ''): AsyncGenerator<ImportedTicket> {
  for await (const { key, item } of tickets.read()) if (key > after) yield { position: key, ...item };
}
