import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { logStart, type LogPosition } from '#libs/platform/event-store/event-store';

/** How far an unfinished file has come. */
interface Written {
  readonly bytes: number;
  readonly events: number;
  readonly after: LogPosition;
  /** The check of the last line. */
  readonly check: string;
  /** What tells the first event of the file and its last, in any log; nothing while there is none. */
  readonly ends: readonly string[];
}

/** What lines lead to: the events in the file, which they are, up to where in the log, and the last line's check. */
export type Reached = Omit<Written, 'bytes'>;

const nothing: Written = { bytes: 0, events: 0, after: logStart, check: '', ends: [] };
const packed = promisify(gzip);

/** Every purchase of the chain is in it: nobody but the owner reads it, nor what is left of one that was cut off. */
const ownerOnly = 0o600;

const openOwn = async (path: string, flags: 'w' | 'r+'): Promise<FileHandle> => {
  const file = await open(path, flags, ownerOnly);
  // What was there already has kept whatever mode it had.
  await file.chmod(ownerOnly);
  return file;
};

const unlessMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

/**
 * A file of lines that is written in parts, each of which is safe on disk before the next one begins. A writing that
 * was cut off goes on at the last whole part of events: until it is complete the file is called `<name>.part`, and
 * `<name>.part.json` says what of it counts. Names that end in `.gz` are packed, part by part, which unpacks as one.
 */
export class LogFile {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private written: Written,
    private bytes = written.bytes,
  ) {}

  /**
   * Begins a file, or goes on with one that was cut off. A note without its file is of one that became whole.
   *
   * @param follows whether what was written so far is the beginning of the log that is to be written now
   */
  static async open(path: string, follows: (reached: Reached) => Promise<boolean>): Promise<LogFile> {
    const noted = await readFile(`${path}.part.json`, 'utf8').catch(() => undefined);
    const begun = noted === undefined ? undefined : await openOwn(`${path}.part`, 'r+').catch(unlessMissing);
    if (noted === undefined || begun === undefined)
      return new LogFile(path, await openOwn(`${path}.part`, 'w'), nothing);
    const written = { ...nothing, ...(JSON.parse(noted) as Partial<Written>) };
    // Parts without a check are of an earlier form of the file; one that is too short is not what was noted.
    const usable = written.check !== '' && written.bytes <= (await begun.stat()).size;
    const kept = usable && (await follows(written)) ? written : nothing;
    await begun.truncate(kept.bytes);
    return new LogFile(path, begun, kept);
  }

  /** Where to go on reading the log. */
  get after(): LogPosition {
    return this.written.after;
  }

  /** Events in the file so far. */
  get events(): number {
    return this.written.events;
  }

  /** The check of the last line of events so far; '' while there is nothing. */
  get check(): string {
    return this.written.check;
  }

  /** What tells the first and the last event so far, see {@link Reached}. */
  get ends(): readonly string[] {
    return this.written.ends;
  }

  /** Adds lines, from after which a writing that is cut off goes on. */
  async add(lines: readonly string[], reached: Reached): Promise<void> {
    await this.addAgain(lines);
    await this.file.datasync();
    this.written = { bytes: this.bytes, ...reached };
    await rm(`${this.path}.part.json.new`, { force: true });
    await writeFile(`${this.path}.part.json.new`, JSON.stringify(this.written), { flush: true, mode: ownerOnly });
    await rename(`${this.path}.part.json.new`, `${this.path}.part.json`);
  }

  /** Adds lines that are written anew when the writing is cut off. */
  async addAgain(lines: readonly string[]): Promise<void> {
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
    const part = this.path.endsWith('.gz') ? await packed(text) : text;
    for (let done = 0; done < part.length;) {
      // A disk that fills up takes less than it was given, and complains only the next time.
      const { bytesWritten } = await this.file.write(part, done, part.length - done, this.bytes);
      if (bytesWritten === 0) throw new Error(`${this.path}.part cannot be written on.`);
      done += bytesWritten;
      this.bytes += bytesWritten;
    }
  }

  /** The file is whole and gets its name. Rejects when it is not as long as what was written. */
  async finish(): Promise<void> {
    await this.file.sync();
    const { size } = await this.file.stat();
    if (size !== this.bytes)
      throw new Error(`${this.path}.part has ${size} bytes where ${this.bytes} were written: delete it, export again.`);
    await this.file.close();
    await rename(`${this.path}.part`, this.path);
    await rm(`${this.path}.part.json`);
  }

  /** What is written is not to be gone on with. */
  forget(): Promise<void> {
    return rm(`${this.path}.part.json`, { force: true });
  }

  /** Leaves it as it is, to be gone on with. */
  close(): Promise<void> {
    return this.file.close();
  }
}
