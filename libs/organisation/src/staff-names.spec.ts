import fc from 'fast-check';
import { EnvelopeRejected } from '#libs/platform/crypto/envelope';
import { MasterKey } from '#libs/platform/crypto/master-key';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { StaffNames } from './staff-names';

const masterKey = new MasterKey(new Uint8Array(32).fill(7));

const namesIn = (vault = new MemoryKeyVault()) => ({ vault, names: StaffNames.of(masterKey, vault) });

it('opens what it sealed, in another process too, and shows nothing of it', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 5 }), async (name) => {
      const { vault, names } = namesIn();
      const sealed = await names.seal(name);
      expect(sealed.name).not.toContain(name);
      expect(await names.open(sealed)).toBe(name);
      expect(await namesIn(vault).names.open(sealed)).toBe(name);
    }),
  ));

it('seals each under a key of its own, with which no other opens', async () => {
  const { names } = namesIn();
  const [one, other] = [await names.seal('Kim Ng'), await names.seal('Kim Ng')];
  expect(one.keyId).not.toBe(other.keyId);
  expect(one.name).not.toBe(other.name);
  await expect(names.open({ name: one.name, keyId: other.keyId })).rejects.toThrow(EnvelopeRejected);
});

it('cannot be opened any more when it is forgotten, and others can', async () => {
  const { vault, names } = namesIn();
  const [one, other] = [await names.seal('Kim Ng'), await names.seal('Lee')];
  await names.forget(one.keyId);
  expect([await names.open(one), await names.open(other)]).toEqual([undefined, 'Lee']);
  expect(vault.size).toBe(1);
});

it('that was written before names were sealed is read as it stands', async () =>
  expect(await namesIn().names.open({ name: 'Kim Ng' })).toBe('Kim Ng'));
