import { randomBytes } from 'node:crypto';
import { EnvelopeRejected, KEY_BYTES } from './envelope';
import type { KeyVault } from './key-vault';
import { MemoryKeyVault } from './memory-key-vault';
import { SubjectCipher } from './subject-cipher';

const wrappingKey = randomBytes(KEY_BYTES);
const sealed = async (cipher: SubjectCipher, keyId: string, field: string, text: string): Promise<string> => {
  const envelope = await cipher.seal(keyId, field, text);
  if (envelope === undefined) throw new Error('no key');
  return envelope;
};

describe('a subject cipher', () => {
  it('opens after a restart what it sealed before', async () => {
    const vault = new MemoryKeyVault();
    const before = new SubjectCipher(vault, wrappingKey);
    await before.createKey('a');
    const envelope = await sealed(before, 'a', 'profile', '李雷 +8613800000000');
    expect(await new SubjectCipher(vault, wrappingKey).open('a', 'profile', envelope)).toBe('李雷 +8613800000000');
  });

  it('shows nothing of the text or of the key outside', async () => {
    const vault = new MemoryKeyVault();
    const cipher = new SubjectCipher(vault, wrappingKey);
    await cipher.createKey('a');
    const envelope = await sealed(cipher, 'a', 'profile', 'ada@example.com');
    expect(Buffer.from(envelope, 'base64url').includes('ada@example.com')).toBe(false);
    await expect(new SubjectCipher(vault, randomBytes(KEY_BYTES)).open('a', 'profile', envelope)).rejects.toThrow(
      EnvelopeRejected,
    );
  });

  it('does not open an envelope moved to another subject or field', async () => {
    const cipher = new SubjectCipher(new MemoryKeyVault(), wrappingKey);
    await cipher.createKey('a');
    await cipher.createKey('b');
    const envelope = await sealed(cipher, 'a', 'profile', 'Ada');
    await expect(cipher.open('b', 'profile', envelope)).rejects.toThrow(EnvelopeRejected);
    await expect(cipher.open('a', 'note', envelope)).rejects.toThrow(EnvelopeRejected);
  });

  it('does not accept a wrapped key moved to another subject', async () => {
    const vault = new MemoryKeyVault();
    const cipher = new SubjectCipher(vault, wrappingKey);
    await cipher.createKey('a');
    const stolen = await vault.get('a');
    await vault.create('b', stolen ?? '');
    await expect(cipher.seal('b', 'profile', 'x')).rejects.toThrow(EnvelopeRejected);
  });

  it('opens nothing once the key is destroyed, cached or not', async () => {
    const vault = new MemoryKeyVault();
    const cipher = new SubjectCipher(vault, wrappingKey);
    await cipher.createKey('a');
    const envelope = await sealed(cipher, 'a', 'profile', 'Ada');
    await cipher.destroyKey('a');
    await cipher.destroyKey('a');
    expect(await cipher.open('a', 'profile', envelope)).toBeUndefined();
    expect(await cipher.seal('a', 'profile', 'again')).toBeUndefined();
    expect(await vault.get('a')).toBeUndefined();
  });

  it('does not cache a key whose destruction overtook the read', async () => {
    const vault = new MemoryKeyVault();
    const cipher = new SubjectCipher(vault, wrappingKey);
    await cipher.createKey('a');
    const envelope = await sealed(cipher, 'a', 'profile', 'Ada');
    let answer = (): void => undefined;
    const slow: KeyVault = {
      create: (id, wrapped) => vault.create(id, wrapped),
      destroy: (id) => vault.destroy(id),
      get: async (id) => {
        const wrapped = await vault.get(id);
        await new Promise<void>((resolve) => (answer = resolve));
        return wrapped;
      },
    };
    const other = new SubjectCipher(slow, wrappingKey);
    const reading = other.open('a', 'profile', envelope);
    await new Promise(setImmediate);
    await other.destroyKey('a');
    answer();
    expect(await reading).toBe('Ada');
    const afterwards = other.open('a', 'profile', envelope);
    await new Promise(setImmediate);
    answer();
    expect(await afterwards).toBeUndefined();
  });

  it('forgets a key that another process destroyed when its time in the cache is up', async () => {
    const vault = new MemoryKeyVault();
    const cipher = new SubjectCipher(vault, wrappingKey, { entries: 10, ttlMilliseconds: 1 });
    await cipher.createKey('a');
    const envelope = await sealed(cipher, 'a', 'profile', 'Ada');
    await vault.destroy('a');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await cipher.open('a', 'profile', envelope)).toBeUndefined();
  });

  it('refuses to make a key twice, and a wrapping key of another length', async () => {
    const cipher = new SubjectCipher(new MemoryKeyVault(), wrappingKey);
    await cipher.createKey('a');
    await expect(cipher.createKey('a')).rejects.toThrow('already');
    expect(() => new SubjectCipher(new MemoryKeyVault(), randomBytes(16))).toThrow(RangeError);
  });

  it('keeps opening when more subjects than the cache holds are read', async () => {
    const cipher = new SubjectCipher(new MemoryKeyVault(), wrappingKey, { entries: 2, ttlMilliseconds: 60_000 });
    const envelopes = new Map<string, string>();
    for (const id of ['a', 'b', 'c', 'd']) {
      await cipher.createKey(id);
      envelopes.set(id, await sealed(cipher, id, 'profile', `text of ${id}`));
    }
    for (const [id, envelope] of envelopes) expect(await cipher.open(id, 'profile', envelope)).toBe(`text of ${id}`);
  });
});
