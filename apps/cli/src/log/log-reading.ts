import { openText, type ReadProgress } from '../import/file-rows';
import { textLines } from '../import/text-lines';
import { entryIn, header, kindsInOrder, UncheckedLines, type LogCounts, type LogEntry } from './log-lines';

/** The file is none that can be imported. Says in which line, from 1. */
export class DamagedFile extends Error {
  constructor(
    readonly line: number,
    what: string,
  ) {
    super(`Line ${line}: ${what}`);
    this.name = 'DamagedFile';
  }
}

/** An entry and its line, from 1. */
export type ReadEntry = LogEntry & { readonly line: number };

const noLog = 'this is no log as "regulars export" writes it.';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Why the first line is not the one wanted; undefined when it is. */
const headerFault = (line: string): string | undefined => {
  const first = parsed(line);
  if (!isObject(first) || first['format'] !== header.format) return noLog;
  if (first['version'] === header.version) return undefined;
  return first['version'] === 1
    ? 'the file is of version 1, which has neither answers nor names. Export the log again.'
    : `the file is of version ${String(first['version'])}; this program reads version ${header.version}.`;
};

/** Follows a file line by line and says what is wrong with it. */
class FileCheck {
  readonly counts = { event: 0, command: 0, claim: 0, follower: 0 };
  private readonly lines = new UncheckedLines();
  private line = 0;
  private kind: LogEntry['kind'] = 'event';
  private ended = false;

  /** What the next line holds; undefined for the first one. */
  next(text: string): ReadEntry | undefined {
    this.line += 1;
    if (this.line === 1) {
      const fault = headerFault(text);
      if (fault !== undefined) throw this.damage(fault);
    }
    if (this.ended) throw this.damage('there is more after the end.');
    const content = this.lines.textOf(text);
    if (content === undefined) throw this.damage('it is damaged, or it does not follow on from the line before.');
    return this.line === 1 ? undefined : this.entry(content);
  }

  /** After the last line. */
  finish(): void {
    if (!this.ended) throw this.cutOff();
  }

  /** The text could not be read on. */
  cutOff(why = ''): DamagedFile {
    this.line += 1;
    return this.damage(`the file is cut off here${why === '' ? '' : ` (${why})`}.`);
  }

  private entry(content: string): ReadEntry {
    const entry = entryIn(content);
    if (typeof entry === 'string') throw this.damage(`it is no line of a log: ${entry}.`);
    if (kindsInOrder.indexOf(entry.kind) < kindsInOrder.indexOf(this.kind))
      throw this.damage(`a line of kind ${entry.kind} comes after one of kind ${this.kind}.`);
    this.kind = entry.kind;
    if (entry.kind === 'end') this.end(entry.counts);
    else this.counts[entry.kind] += 1;
    return { ...entry, line: this.line };
  }

  private end({ events, commands, claims, followers }: LogCounts): void {
    this.ended = true;
    const { event, command, claim, follower } = this.counts;
    if (events !== event || commands !== command || claims !== claim || followers !== follower)
      throw this.damage('it does not count what the file holds.');
  }

  private damage(what: string): DamagedFile {
    return new DamagedFile(this.line, what);
  }
}

/**
 * The entries of an exported log, streamed, the end included; gzip is understood. Throws {@link DamagedFile} at the
 * first line that is not as it was written, and where the file ends without its last line.
 */
export async function* logEntries(path: string, onProgress?: ReadProgress): AsyncGenerator<ReadEntry> {
  const check = new FileCheck();
  const text = textLines(await openText(path, onProgress));
  for (;;) {
    const line = await text.next().catch((error: unknown) => {
      throw check.cutOff(error instanceof Error ? error.message : String(error));
    });
    if (line.done === true) break;
    const entry = check.next(line.value);
    if (entry !== undefined) yield entry;
  }
  check.finish();
}
