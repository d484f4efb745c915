import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { logStart, type LogPosition } from '#libs/platform/event-store/event-store';

/** How far an unfinished file has come. */
interface Written {
  readonly bytes: number;
  readonly events: number;
  readonly after: LogPosition;
}

const nothing: Written = { bytes: 0, events: 0, after: logStart };
const packed = promisify(gzip);

const unlessMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

/**
 * A file of lines that is written in parts, each of which is safe on disk before the next one begins. A writing that
 * was cut off goes on at the last whole part: until it is complete the file is called `<name>.part`, and
 * `<name>.part.json` says what of it counts. Names that end in `.gz` are packed, part by part, which unpacks as one.
 */
export class LogFile {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private written: Written,
  ) {}

  /** Begins a file, or goes on with one that was cut off. A note without its file is of one that became whole. */
  static async open(path: string): Promise<LogFile> {
    const noted = await readFile(`${path}.part.json`, 'utf8').catch(() => undefined);
    const begun = noted === undefined ? undefined : await open(`${path}.part`, 'r+').catch(unlessMissing);
    if (noted === undefined || begun === undefined) return new LogFile(path, await open(`${path}.part`, 'w'), nothing);
    const written = JSON.parse(noted) as Written;
    await begun.truncate(written.bytes);
    return new LogFile(path, begun, written);
  }

  /** Where to go on reading the log. */
  get after(): LogPosition {
    return this.written.after;
  }

  /** Events in the file so far. */
  get events(): number {
    return this.written.events;
  }

  get isEmpty(): boolean {
    return this.written.bytes === 0;
  }

  /** Adds lines, which tell of so many events up to a place in the log. */
  async add(lines: readonly string[], events: number, after: LogPosition): Promise<void> {
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
    const part = this.path.endsWith('.gz') ? await packed(text) : text;
    await this.file.write(part, 0, part.length, this.written.bytes);
    await this.file.datasync();
    const { bytes, events: before } = this.written;
    this.written = { bytes: bytes + part.length, events: before + events, after };
    await writeFile(`${this.path}.part.json.new`, JSON.stringify(this.written), { flush: true });
    await rename(`${this.path}.part.json.new`, `${this.path}.part.json`);
  }

  /** The file is whole and gets its name. */
  async finish(): Promise<void> {
    await this.file.sync();
    await this.file.close();
    await rename(`${this.path}.part`, this.path);
    await rm(`${this.path}.part.json`);
  }

  /** Leaves it as it is, to be gone on with. */
  close(): Promise<void> {
    return this.file.close();
  }
}
