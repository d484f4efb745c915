import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SealedVault } from '#libs/platform/crypto/key-check';
import { masterKeyOf } from '#libs/platform/crypto/master-key';
import { tokenClaim, tokenHash } from '#libs/platform/crypto/tokens';
import { readConfig, type Config } from './config';
import { loadSecrets, type Secrets } from './secrets';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hex = 'ab'.repeat(32);

const configOf = (env: Readonly<Record<string, string>> = {}): Config => {
  const config = readConfig({ REGULARS_DATA_DIR: folder, ...env });
  if ('errors' in config) throw new Error(config.errors.join());
  return config;
};
/** A vault as a new database has it. */
const newVault = (): SealedVault => {
  let kept: string | undefined;
  return {
    check: () => Promise.resolve(kept),
    oldestKeys: () => Promise.resolve([]),
    keepCheck: (check) => Promise.resolve(void (kept ??= check)),
  };
};

const secretsOf = (config: Config, vault = newVault()): Promise<Secrets> => loadSecrets(config, vault);

const derived = (key: { derive(purpose: 'request-hash'): Buffer } | undefined) =>
  key?.derive('request-hash').toString('hex');

it('makes what is missing at the first start, and keeps it', async () => {
  const first = await secretsOf(configOf());
  const second = await secretsOf(configOf());
  expect(second.adminTokenHash).toBe(first.adminTokenHash);
  expect(derived(second.masterKey)).toBe(derived(first.masterKey));
});

it('says where head office’s token lies, which is a token of ours', async () => {
  const { adminTokenHash, adminTokenPlace } = await secretsOf(configOf());
  const token = (await readFile(adminTokenPlace, 'utf8')).trim();
  expect(tokenClaim(token)).toEqual({ kind: 'admin', id: 'head-office' });
  expect(tokenHash(token)).toBe(adminTokenHash);
});

it('lets nobody but the owner read either', async () => {
  const { adminTokenPlace } = await secretsOf(configOf());
  for (const path of [adminTokenPlace, join(folder, 'keys', 'master')])
    expect(((await stat(path)).mode & 0o077).toString(8)).toBe('0');
});

it('makes secrets of their own for each folder', async () => {
  const [one, other] = [
    await secretsOf(configOf()),
    await secretsOf(configOf({ REGULARS_DATA_DIR: join(folder, 'b') })),
  ];
  expect(other.adminTokenHash).not.toBe(one.adminTokenHash);
  expect(derived(other.masterKey)).not.toBe(derived(one.masterKey));
});

it('takes the settings before the folder, and writes nothing then', async () => {
  const config = configOf({
    REGULARS_MASTER_KEY: hex,
    REGULARS_ADMIN_TOKEN: 'own-token',
    REGULARS_DATA_DIR: join(folder, 'new'),
  });
  const secrets = await secretsOf(config);
  expect(secrets).toMatchObject({ adminTokenHash: tokenHash('own-token'), adminTokenPlace: 'REGULARS_ADMIN_TOKEN' });
  expect(derived(secrets.masterKey)).toBe(derived(masterKeyOf(hex)));
  await expect(stat(join(folder, 'new'))).rejects.toThrow('ENOENT');
});

it('takes one from the settings and the other from the folder', async () => {
  const kept = await secretsOf(configOf());
  const mixed = await secretsOf(configOf({ REGULARS_MASTER_KEY: hex }));
  expect(mixed.adminTokenHash).toBe(kept.adminTokenHash);
  expect(derived(mixed.masterKey)).not.toBe(derived(kept.masterKey));
});

it('does not go on with a master key that is damaged, which would leave members unreadable', async () => {
  await secretsOf(configOf());
  await writeFile(join(folder, 'keys', 'master'), 'half of a k');
  await expect(secretsOf(configOf())).rejects.toThrow('does not hold a master key');
});

describe('a database that knows its master key', () => {
  const elsewhere = () => configOf({ REGULARS_DATA_DIR: join(folder, 'elsewhere') });

  it('is not given a new one from a folder that has none, and none is made there', async () => {
    const vault = newVault();
    await secretsOf(configOf(), vault);
    await expect(secretsOf(elsewhere(), vault)).rejects.toThrow('their master key is missing');
    await expect(stat(join(folder, 'elsewhere'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['REGULARS_MASTER_KEY', () => configOf({ REGULARS_MASTER_KEY: hex })],
    ['keys/master', elsewhere],
  ])('refuses another one and says where that lies: %s', async (place, other) => {
    const vault = newVault();
    await secretsOf(configOf(), vault);
    await secretsOf(elsewhere());
    await expect(secretsOf(other(), vault)).rejects.toThrow(`sealed under another master key than`);
    await expect(secretsOf(other(), vault)).rejects.toThrow(place);
  });

  it('opens again when the key was put back', async () => {
    const vault = newVault();
    const { masterKey } = await secretsOf(configOf(), vault);
    const there = join(folder, 'keys', 'master');
    const text = await readFile(there, 'utf8');
    await rm(there);
    await expect(secretsOf(configOf(), vault)).rejects.toThrow('their master key is missing');
    await writeFile(there, text);
    expect(derived((await secretsOf(configOf(), vault)).masterKey)).toBe(derived(masterKey));
  });
});
