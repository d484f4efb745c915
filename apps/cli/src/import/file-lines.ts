import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { Unreadable } from './file-row';

/** How a line ends; `''` at the end of the file. */
export type LineEnd = '\n' | '\r\n' | '\r' | '';

/** A line of a file, as its bytes stand there. */
export interface FileLine {
  /** From 1. */
  readonly number: number;
  /** Without its end; `undefined` when there are too many of them. */
  readonly bytes: Buffer | undefined;
  readonly end: LineEnd;
}

/** More than this is no line and no record, but a file of another kind or a quote that was left open: 1 MB. */
export const mostBytes = 1_000_000;

const lineFeed = 10;
const carriageReturn = 13;

const endAt = (buffer: Buffer, at: number): LineEnd =>
  buffer[at] === lineFeed ? '\n' : buffer[at + 1] === lineFeed ? '\r\n' : '\r';

const earliest = (a: number, b: number): number => (a < 0 || (b >= 0 && b < a) ? b : a);

/** Finds one byte again and again, looking at each place once. */
const finder = (buffer: Buffer, byte: number): ((from: number) => number) => {
  let found = buffer.indexOf(byte);
  return (from) => {
    if (found >= 0 && found < from) found = buffer.indexOf(byte, from);
    return found;
  };
};

/** Cuts what comes in pieces into lines, and holds no more of one than it may be long. */
class LineCutter {
  private rest: Buffer = Buffer.alloc(0);
  private isTooLong = false;
  private count = 0;

  constructor(private readonly most: number) {}

  cut(piece: Buffer, isLast: boolean): readonly FileLine[] {
    const buffer = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const nextFeed = finder(buffer, lineFeed);
    const nextReturn = finder(buffer, carriageReturn);
    const lines: FileLine[] = [];
    let from = 0;
    for (;;) {
      const at = earliest(nextFeed(from), nextReturn(from));
      // A carriage return at the end of a piece may be half of a line's end.
      const isHalf = buffer[at] === carriageReturn && at === buffer.length - 1 && !isLast;
      if (at < 0 || isHalf) break;
      const end = endAt(buffer, at);
      lines.push(this.line(buffer.subarray(from, at), end));
      from = at + end.length;
    }
    this.keep(buffer.subarray(from));
    if (isLast && (this.rest.length > 0 || this.isTooLong)) lines.push(this.line(this.rest, ''));
    return lines;
  }

  private line(bytes: Buffer, end: LineEnd): FileLine {
    const isTooLong = this.isTooLong || bytes.length > this.most;
    this.isTooLong = false;
    this.count += 1;
    return { number: this.count, bytes: isTooLong ? undefined : bytes, end };
  }

  private keep(rest: Buffer): void {
    this.isTooLong ||= rest.length > this.most;
    this.rest = this.isTooLong ? rest.subarray(-1) : rest;
  }
}

const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf16Mark = Buffer.from([0xff, 0xfe]);

/** The bytes as UTF-8 without a byte order mark: what other programs call "Unicode text" is UTF-16 with such a mark. */
async function* inUtf8(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let first: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (first === undefined) {
      yield decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
      continue;
    }
    first = Buffer.concat([first, piece]);
    if (first.length < utf8Mark.length) continue;
    if (first.subarray(0, 2).equals(utf16Mark)) decoder = new TextDecoder('utf-16le', { fatal: true });
    yield decoder === undefined ? unmarked(first) : Buffer.from(decoder.decode(first, { stream: true }));
    first = undefined;
  }
  if (first !== undefined) yield first;
  if (decoder !== undefined) yield Buffer.from(decoder.decode());
}

const unmarked = (bytes: Buffer): Buffer =>
  bytes.subarray(0, utf8Mark.length).equals(utf8Mark) ? bytes.subarray(utf8Mark.length) : bytes;

/** The lines of a file, however each of them ends, streamed. A failing stream makes the iteration throw. */
export async function* fileLines(pieces: AsyncIterable<Buffer>, most = mostBytes): AsyncGenerator<FileLine> {
  const cutter = new LineCutter(most);
  for await (const piece of inUtf8(pieces)) yield* cutter.cut(piece, false);
  yield* cutter.cut(Buffer.alloc(0), true);
}

/** A line's text. Throws {@link Unreadable} for one that is too long or not in UTF-8: never is anything replaced. */
export const textOf = ({ bytes }: FileLine): string => {
  if (bytes === undefined) throw new Unreadable('the line is longer than 1 MB');
  if (!isUtf8(bytes)) throw new Unreadable('the text is not in UTF-8');
  return bytes.toString();
};
