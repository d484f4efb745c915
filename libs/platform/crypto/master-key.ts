import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What a sub-key is for. Each purpose has a key of its own, so that none can stand in for another. */
export type KeyPurpose = 'request-hash' | 'identifier-lookup' | 'key-wrapping';

const LENGTH = 32;

/** The key-encryption key, 256 bits. Used only to derive sub-keys (HKDF-SHA256, RFC 5869), never on data itself. */
export class MasterKey {
  constructor(private readonly secret: Uint8Array) {
    if (secret.byteLength !== LENGTH)
      throw new Error(`A master key has ${LENGTH} bytes, this one ${secret.byteLength}.`);
  }

  /** The 256-bit key for one purpose; always the same for the same master key. */
  derive(purpose: KeyPurpose): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, '', `regulars/${purpose}/1`, LENGTH));
  }
}

const shapes: readonly (readonly [RegExp, BufferEncoding])[] = [
  [/^[0-9a-fA-F]{64}$/, 'hex'],
  [/^[A-Za-z0-9+/]{43}=?$/, 'base64'],
  [/^[A-Za-z0-9_-]{43}$/, 'base64url'],
];

/** The master key of a text: 64 hexadecimal digits, or 32 bytes in base64 or base64url; `undefined` for other text. */
export const masterKeyOf = (text: string): MasterKey | undefined => {
  const trimmed = text.trim();
  const encoding = shapes.find(([shape]) => shape.test(trimmed))?.[1];
  return encoding === undefined ? undefined : new MasterKey(Buffer.from(trimmed, encoding));
};

const unlessThere = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error;
};

/**
 * Writes a file that only its owner may read, whole or not at all. One that is there stays as it is, even if another
 * process made it this very moment.
 */
const writeSecret = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(draft, path).catch(unlessThere);
  await rm(draft);
};

/** The text of a file, or `undefined` when there is none. */
const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** The secret kept in a file (0600), made by `create` on the first start. The folder is made too (0700). */
export const secretFile = async (folder: string, name: string, create: () => string): Promise<string> => {
  const path = join(folder, name);
  const there = await readIfThere(path);
  if (there !== undefined) return there.trim();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeSecret(path, `${create()}\n`);
  return (await readFile(path, 'utf8')).trim();
};

/** Where the master key of a data folder lies. */
export const masterKeyPath = (dataDir: string): string => join(dataDir, 'keys', 'master');

const keyIn = (dataDir: string, text: string): MasterKey => {
  const key = masterKeyOf(text);
  if (key === undefined) throw new Error(`${masterKeyPath(dataDir)} does not hold a master key.`);
  return key;
};

/** The master key of a data folder; `undefined` where there is none. Rejects when the file is damaged. */
export const findMasterKey = async (dataDir: string): Promise<MasterKey | undefined> => {
  const text = await readIfThere(masterKeyPath(dataDir));
  return text === undefined ? undefined : keyIn(dataDir, text);
};

/** The master key of a data folder, made at random where there is none. Rejects when the file is damaged. */
export const loadMasterKey = async (dataDir: string): Promise<MasterKey> =>
  keyIn(dataDir, await secretFile(join(dataDir, 'keys'), 'master', () => randomBytes(LENGTH).toString('base64url')));
