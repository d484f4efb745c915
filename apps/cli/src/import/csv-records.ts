import { CsvError, type CsvErrorCode, parse } from 'csv-parse/sync';
import { type FileLine, mostBytes, textOf } from './file-lines';
import { type BrokenRow, type FileRow, Unreadable } from './file-row';

const quote = '"';

/** Stands for the end of records, which are cut before: a field may hold any other character. */
const never = '\0';

const reasons: { readonly [Code in CsvErrorCode]?: string } = {
  INVALID_OPENING_QUOTE: 'a quote stands in a field that is not quoted',
  CSV_INVALID_CLOSING_QUOTE: 'more follows in a field after its closing quote',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'more follows in a field after its closing quote',
};

/** The fields of a record's text. Throws {@link Unreadable}. */
const fieldsOf = (text: string, delimiter: string): string[] => {
  if (!text.includes(quote)) return text.split(delimiter);
  try {
    const [fields, ...more] = parse(text, { delimiter, record_delimiter: never });
    if (fields !== undefined && more.length === 0) return fields;
  } catch (problem) {
    if (!(problem instanceof CsvError)) throw problem;
    throw new Unreadable(reasons[problem.code] ?? problem.message);
  }
  throw new Unreadable('the text holds a character with the code 0');
};

const quotesIn = (text: string): number => text.split(quote).length - 1;

/** A record that is put together of lines: where a quote is open at the end of a line, the next one belongs to it. */
class OpenRecord {
  text = '';
  private isQuoted = false;

  /** Takes a line; true when the record ends with it. Throws {@link Unreadable}. */
  take(line: FileLine): boolean {
    const text = textOf(line);
    this.text += text;
    if (this.text.length > mostBytes) throw new Unreadable('a quote is opened that is not closed within 1 MB');
    // Quotes within quotes are doubled: whether one is open goes by their number alone.
    if (quotesIn(text) % 2 === 1) this.isQuoted = !this.isQuoted;
    if (this.isQuoted) this.text += line.end;
    return !this.isQuoted;
  }
}

/** Lines of which some can be put back, to be read again. */
class Lines {
  private readonly again: FileLine[] = [];

  constructor(private readonly source: AsyncIterator<FileLine>) {}

  async next(): Promise<FileLine | undefined> {
    const again = this.again.pop();
    if (again !== undefined) return again;
    const next = await this.source.next();
    return next.done === true ? undefined : next.value;
  }

  putBack(lines: readonly FileLine[]): void {
    for (const line of lines.toReversed()) this.again.push(line);
  }
}

type Record = FileRow<string[]> | BrokenRow;

const recordFrom = async (first: FileLine, lines: Lines, delimiter: string): Promise<Record> => {
  const record = new OpenRecord();
  const more: FileLine[] = [];
  try {
    for (let line = first; !record.take(line);) {
      const next = await lines.next();
      if (next === undefined) throw new Unreadable('a quote is opened that is never closed');
      more.push((line = next));
    }
    return { row: more.at(-1)?.number ?? first.number, fields: fieldsOf(record.text, delimiter) };
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    lines.putBack(more);
    return { row: first.number, reason: problem.message };
  }
};

/**
 * The records of a CSV file (RFC 4180; a quote within quotes is doubled), streamed; empty lines are left out. Where no
 * record can be read, the line it would begin on is told as broken, and reading goes on with the next line: a quote
 * that was left open costs its own line only.
 */
export async function* csvRecords(source: AsyncIterable<FileLine>, delimiter: string): AsyncGenerator<Record> {
  const iterator = source[Symbol.asyncIterator]();
  const lines = new Lines(iterator);
  try {
    for (let line = await lines.next(); line !== undefined; line = await lines.next())
      if (line.bytes?.length !== 0) yield await recordFrom(line, lines, delimiter);
  } finally {
    await iterator.return?.();
  }
}
