import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { masterKeyOf } from '#libs/platform/crypto/master-key';
import { tokenClaim, tokenHash } from '#libs/platform/crypto/tokens';
import { readConfig, type Config } from './config';
import { loadSecrets } from './secrets';

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
const derived = (key: { derive(purpose: 'request-hash'): Buffer } | undefined) =>
  key?.derive('request-hash').toString('hex');

it('makes what is missing at the first start, and keeps it', async () => {
  const first = await loadSecrets(configOf());
  const second = await loadSecrets(configOf());
  expect(second.adminTokenHash).toBe(first.adminTokenHash);
  expect(derived(second.masterKey)).toBe(derived(first.masterKey));
});

it('says where head office’s token lies, which is a token of ours', async () => {
  const { adminTokenHash, adminTokenPlace } = await loadSecrets(configOf());
  const token = (await readFile(adminTokenPlace, 'utf8')).trim();
  expect(tokenClaim(token)).toEqual({ kind: 'admin', id: 'head-office' });
  expect(tokenHash(token)).toBe(adminTokenHash);
});

it('lets nobody but the owner read either', async () => {
  const { adminTokenPlace } = await loadSecrets(configOf());
  for (const path of [adminTokenPlace, join(folder, 'keys', 'master')])
    expect(((await stat(path)).mode & 0o077).toString(8)).toBe('0');
});

it('makes secrets of their own for each folder', async () => {
  const [one, other] = [
    await loadSecrets(configOf()),
    await loadSecrets(configOf({ REGULARS_DATA_DIR: join(folder, 'b') })),
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
  const secrets = await loadSecrets(config);
  expect(secrets).toMatchObject({ adminTokenHash: tokenHash('own-token'), adminTokenPlace: 'REGULARS_ADMIN_TOKEN' });
  expect(derived(secrets.masterKey)).toBe(derived(masterKeyOf(hex)));
  await expect(stat(join(folder, 'new'))).rejects.toThrow('ENOENT');
});

it('takes one from the settings and the other from the folder', async () => {
  const kept = await loadSecrets(configOf());
  const mixed = await loadSecrets(configOf({ REGULARS_MASTER_KEY: hex }));
  expect(mixed.adminTokenHash).toBe(kept.adminTokenHash);
  expect(derived(mixed.masterKey)).not.toBe(derived(kept.masterKey));
});

it('does not go on with a master key that is damaged, which would leave members unreadable', async () => {
  await loadSecrets(configOf());
  await writeFile(join(folder, 'keys', 'master'), 'half of a k');
  await expect(loadSecrets(configOf())).rejects.toThrow('does not hold a master key');
});
