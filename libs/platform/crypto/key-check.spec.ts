import { randomBytes } from 'node:crypto';
import { fitsVault, isUnsealed, type SealedVault } from './key-check';
import { MasterKey } from './master-key';
import { MemoryKeyVault } from './memory-key-vault';
import { SubjectCipher } from './subject-cipher';

const [ours, other] = [new MasterKey(randomBytes(32)), new MasterKey(randomBytes(32))];

/** A vault of some wrapped keys, without a check as yet. */
const vaultOf = (keys: Readonly<Record<string, string>> = {}): SealedVault => {
  let kept: string | undefined;
  return {
    check: () => Promise.resolve(kept),
    oldestKeys: () => Promise.resolve(Object.entries(keys).map(([keyId, wrapped]) => ({ keyId, wrapped }))),
    keepCheck: (check) => {
      kept ??= check;
      return Promise.resolve();
    },
  };
};

const wrapped = async (masterKey: MasterKey, keyId: string): Promise<Record<string, string>> => {
  const vault = new MemoryKeyVault();
  await new SubjectCipher(vault, masterKey.derive('key-wrapping')).createKey(keyId);
  return { [keyId]: (await vault.get(keyId)) ?? '' };
};

it('a new vault takes the first key that comes, and no other from then on', async () => {
  const vault = vaultOf();
  expect(await isUnsealed(vault)).toBe(true);
  expect(await fitsVault(ours, vault)).toBe(true);
  expect(await isUnsealed(vault)).toBe(false);
  expect([await fitsVault(other, vault), await fitsVault(ours, vault)]).toEqual([false, true]);
});

it('of two first starts at once under two keys one is refused', async () => {
  const vault = vaultOf();
  expect((await Promise.all([fitsVault(ours, vault), fitsVault(other, vault)])).toSorted()).toEqual([false, true]);
});

it('a vault from before there was a check is judged by its keys, and checked from then on', async () => {
  const vault = vaultOf(await wrapped(ours, 'k1'));
  expect(await isUnsealed(vault)).toBe(false);
  expect(await fitsVault(other, vault)).toBe(false);
  expect(await vault.check()).toBeUndefined();
  expect(await fitsVault(ours, vault)).toBe(true);
  expect(await vault.check()).toBeDefined();
});

it('one damaged key, or one in the place of another, does not lock a vault', async () => {
  const moved = Object.values(await wrapped(ours, 'elsewhere'))[0] ?? '';
  const vault = vaultOf({ k0: 'AQgarbage', k1: moved, ...(await wrapped(ours, 'k2')) });
  expect(await fitsVault(ours, vault)).toBe(true);
  expect(await fitsVault(ours, vaultOf({ k0: 'AQgarbage', k1: moved }))).toBe(false);
});

it('a check that was altered fits no key', async () => {
  const vault = vaultOf();
  await vault.keepCheck('AQgarbage');
  expect(await fitsVault(ours, vault)).toBe(false);
});
