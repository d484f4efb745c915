import { createHash } from 'node:crypto';
import { BadRow, type TicketRow, type TicketRows } from './imported-ticket';

/** Rows that are counted together into a fingerprint while they are read. */
export interface Fingerprinted extends TicketRows {
  /** SHA-256 (hex) of what the last complete reading told: the same content, however it is packed, gives the same. */
  fingerprint(): string;
}

const telling = (row: TicketRow | BadRow): string =>
  JSON.stringify(row instanceof BadRow ? [row.row, row.reason] : row);

/** The same rows, with a fingerprint once they have been read. `name` is the file's, however it is packed. */
export const fingerprinted = (source: TicketRows, name: string): Fingerprinted => {
  let digest = '';
  return {
    ...source,
    async *rows() {
      const sum = createHash('sha256').update(JSON.stringify([name, source.currency, source.timeZone]));
      for await (const row of source.rows()) {
        sum.update(`${telling(row)}\n`);
        yield row;
      }
      digest = sum.digest('hex');
    },
    fingerprint: () => digest,
  };
};
