import { createHash } from 'node:crypto';
import { BadRow, type TicketRow } from './imported-ticket';

/** What is kept of a file whose tickets are numbered by its lines. */
export interface LineNote {
  /** What the numbers begin with. */
  readonly numberedAs: string;
  /** How many lines were read. */
  readonly lines: number;
  /** The lines among them that were left out, from and to. They may be mended in their place. */
  readonly leftOut: readonly (readonly [number, number])[];
  /** SHA-256 (hex) over all the other rows. */
  readonly digest: string;
}

/** A file's name without what tells how it is packed: the same file is known again packed and unpacked. */
export const unpackedName = (name: string): string => name.replace(/(?<=.)\.gz$/i, '');

/** What a row is, for the note. Kept notes stay true only as long as this does not change. */
const telling = ({ row, memberId, storeId, tillId, ticketNo, occurredAt, line }: TicketRow): string => {
  const { sku, category, brand, labels, quantity, grossMinor, discountMinor, taxMinor } = line;
  const bought = [sku, category ?? null, brand ?? null, labels, quantity, grossMinor, discountMinor, taxMinor];
  return `${JSON.stringify([row, memberId, storeId, tillId, ticketNo, occurredAt, ...bought])}\n`;
};

/**
 * Watches over a file whose tickets have no numbers of their own and go by the lines on which they stand. A line that
 * moves makes another ticket of the same purchase, so what was read once must stay where it is.
 */
export class LineNumbers {
  private readonly sum = createHash('sha256');
  private readonly noted = createHash('sha256');
  private readonly leftOut: [number, number][] = [];
  private lines = 0;
  /** The first range of lines left out before that does not lie behind what has been read. */
  private range = 0;

  /** @param known what an earlier import of the file left */
  constructor(
    readonly numberedAs: string,
    private readonly known?: LineNote,
  ) {}

  /** The same rows; to be read once. */
  async *watch(rows: AsyncIterable<TicketRow | BadRow>): AsyncGenerator<TicketRow | BadRow> {
    for await (const each of rows) {
      this.take(each);
      yield each;
    }
  }

  /** Once all was read: whether everything that an earlier import read still stands where it stood. */
  isKept(): boolean {
    return this.known === undefined || this.noted.copy().digest('hex') === this.known.digest;
  }

  /** Once all was read. */
  note(): LineNote {
    const { numberedAs, lines, leftOut } = this;
    return { numberedAs, lines, leftOut, digest: this.sum.copy().digest('hex') };
  }

  private take(each: TicketRow | BadRow): void {
    this.lines = Math.max(this.lines, each.row);
    if (each instanceof BadRow) {
      this.leaveOut(each.row);
      return;
    }
    const told = telling(each);
    this.sum.update(told);
    if (each.row <= (this.known?.lines ?? 0) && !this.mayBeMended(each.row)) this.noted.update(told);
  }

  /** Whether a line was left out before. Lines are asked for in their order. */
  private mayBeMended(line: number): boolean {
    const ranges = this.known?.leftOut ?? [];
    while ((ranges[this.range]?.[1] ?? Infinity) < line) this.range += 1;
    return (ranges[this.range]?.[0] ?? Infinity) <= line;
  }

  private leaveOut(line: number): void {
    const last = this.leftOut.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else this.leftOut.push([line, line]);
  }
}
