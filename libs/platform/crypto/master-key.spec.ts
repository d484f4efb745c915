import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMasterKey, loadMasterKey, MasterKey, masterKeyOf, secretFile } from './master-key';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'regulars-keys-'))));
afterEach(() => rm(folder, { recursive: true }));

const bytes = Buffer.alloc(32, 0xab);

it.each(['hex', 'base64', 'base64url'] as const)('reads 32 bytes as %s', (encoding) => {
  const read = masterKeyOf(`${bytes.toString(encoding)}\n`);
  expect(read?.derive('key-wrapping')).toEqual(new MasterKey(bytes).derive('key-wrapping'));
});

it.each(['', 'secret', 'ab'.repeat(31), 'ab'.repeat(33), 'zz'.repeat(32)])('%j is no master key', (text) =>
  expect(masterKeyOf(text)).toBeUndefined(),
);

it('gives every purpose a key of its own, always the same', () => {
  const key = new MasterKey(bytes);
  const keys = (['request-hash', 'identifier-lookup', 'key-wrapping'] as const).map((use) =>
    key.derive(use).toString('hex'),
  );
  expect(new Set(keys).size).toBe(3);
  expect(new MasterKey(bytes).derive('request-hash').toString('hex')).toBe(keys[0]);
  expect(keys[0]).not.toBe(bytes.toString('hex'));
});

it('refuses a key of another length', () => {
  expect(() => new MasterKey(Buffer.alloc(16))).toThrow('32 bytes');
});

it('is made on the first start and kept, for its owner only', async () => {
  const made = await loadMasterKey(folder);
  const again = await loadMasterKey(folder);
  expect(again.derive('request-hash')).toEqual(made.derive('request-hash'));
  expect((await stat(join(folder, 'keys', 'master'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
});

it('is never replaced when the file is damaged', async () => {
  await loadMasterKey(folder);
  await writeFile(join(folder, 'keys', 'master'), 'damaged');
  await expect(loadMasterKey(folder)).rejects.toThrow('does not hold a master key');
  expect(await readFile(join(folder, 'keys', 'master'), 'utf8')).toBe('damaged');
});

it('is one for all who start at once', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => loadMasterKey(folder)));
  const keys = new Set(made.map((key) => key.derive('request-hash').toString('hex')));
  expect([...keys]).toEqual([(await findMasterKey(folder))?.derive('request-hash').toString('hex')]);
  expect(await readdir(join(folder, 'keys'))).toEqual(['master']);
});

it('is not there before it was made', async () => expect(await findMasterKey(folder)).toBeUndefined());

it('keeps a secret file as it is', async () => {
  expect(await secretFile(folder, 'token', () => 'first')).toBe('first');
  expect(await secretFile(folder, 'token', () => 'second')).toBe('first');
});

it('says when a secret file cannot be read', async () => {
  await expect(secretFile(folder, '.', () => 'x')).rejects.toThrow('EISDIR');
});
