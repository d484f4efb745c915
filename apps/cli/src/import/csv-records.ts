import { type FileLine, mostBytes, textOf } from './file-lines';
import { type BrokenRow, type FileRow, Unreadable } from './file-row';

const quote = '"';

/** A record whose lines are taken one by one. */
class OpenRecord {
  readonly fields: string[] = [];
  /** What a quoted field holds so far that goes on in the next line. */
  private unclosed: string | undefined;
  private length = 0;

  constructor(private readonly delimiter: string) {}

  /** Takes a line; true when the record ends with it. Throws {@link Unreadable}. */
  take(line: FileLine): boolean {
    const text = textOf(line);
    this.length += text.length + line.end.length;
    if (this.length > mostBytes) throw new Unreadable('a quote is opened that is not closed within 1 MB');
    let at = this.unclosed === undefined ? this.field(text, 0) : this.quoted(text, 0);
    while (at !== undefined && at <= text.length) at = this.field(text, at);
    if (this.unclosed === undefined) return true;
    this.unclosed += line.end;
    return false;
  }

  /** Reads the field that begins at a place; answers where the next one begins, beyond the text when there is none. */
  private field(text: string, from: number): number | undefined {
    if (text.startsWith(quote, from)) return this.quoted(text, from + quote.length);
    const found = text.indexOf(this.delimiter, from);
    const end = found < 0 ? text.length : found;
    const content = text.slice(from, end);
    if (content.includes(quote)) throw new Unreadable('a quote stands in a field that is not quoted');
    this.fields.push(content);
    return end + 1;
  }

  /** The same within quotes; `undefined` when the field goes on in the next line. */
  private quoted(text: string, from: number): number | undefined {
    let content = this.unclosed ?? '';
    for (let at = from; ;) {
      const end = text.indexOf(quote, at);
      if (end < 0) {
        this.unclosed = content + text.slice(at);
        return undefined;
      }
      content += text.slice(at, end);
      at = end + quote.length;
      if (!text.startsWith(quote, at)) return this.closed(content, text, at);
      content += quote;
      at += quote.length;
    }
  }

  private closed(content: string, text: string, at: number): number {
    if (at < text.length && !text.startsWith(this.delimiter, at))
      throw new Unreadable('more follows in a field after its closing quote');
    this.unclosed = undefined;
    this.fields.push(content);
    return at + 1;
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
  const record = new OpenRecord(delimiter);
  const more: FileLine[] = [];
  try {
    for (let line = first; !record.take(line);) {
      const next = await lines.next();
      if (next === undefined) throw new Unreadable('a quote is opened that is never closed');
      more.push((line = next));
    }
    return { row: more.at(-1)?.number ?? first.number, fields: record.fields };
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
