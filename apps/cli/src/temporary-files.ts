import { randomUUID } from 'node:crypto';
import { open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

const bytesPerChunk = 64 * 1024;

/** A text that lies on disk. */
export interface TemporaryFile {
  /** The text from its beginning, in pieces; as often as wanted. */
  read(): AsyncIterable<string>;
  /** Gives its room on the disk back. */
  close(): Promise<void>;
}

async function* textOf(handle: FileHandle): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.allocUnsafe(bytesPerChunk);
  for (let position = 0; ;) {
    const { bytesRead } = await handle.read(buffer, 0, bytesPerChunk, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield decoder.write(buffer.subarray(0, bytesRead));
  }
}

/**
 * Files for what does not fit into memory, in the system's folder for such (`TMPDIR`). They hold what members bought, so
 * each loses its name before anything is written into it: the disk's room is free again when the process ends, whatever
 * ends it, and nobody else could open it meanwhile.
 */
export class TemporaryFiles {
  private readonly handles = new Set<FileHandle>();

  /** Puts a text on disk. */
  async write(text: AsyncIterable<string>): Promise<TemporaryFile> {
    const path = join(tmpdir(), `regulars-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    this.handles.add(handle);
    try {
      await rm(path);
      await writeFile(handle, text);
    } catch (error) {
      await this.release(handle);
      throw error;
    }
    return { read: () => textOf(handle), close: () => this.release(handle) };
  }

  /** Closes all that are open. */
  async close(): Promise<void> {
    await Promise.all([...this.handles].map((handle) => this.release(handle)));
  }

  private async release(handle: FileHandle): Promise<void> {
    this.handles.delete(handle);
    await handle.close();
  }
}

/** Work with temporary files, which are gone afterwards. */
export const withTemporaryFiles = async <T>(work: (files: TemporaryFiles) => Promise<T>): Promise<T> => {
  const files = new TemporaryFiles();
  try {
    return await work(files);
  } finally {
    await files.close();
  }
};
