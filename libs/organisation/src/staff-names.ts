import { randomUUID } from 'node:crypto';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import { SubjectCipher } from '#libs/platform/crypto/subject-cipher';
import type { StaffEngaged } from './domain/staff.events';

/** A name as it goes into the log. */
export type SealedName = Required<Pick<StaffEngaged, 'name' | 'keyId'>>;

const field = 'staff-name';

/** What people who work here are called: into the log only sealed, under a key that goes when they do. */
export class StaffNames {
  constructor(private readonly cipher: SubjectCipher) {}

  /** With the key that is derived from the master key for wrapping. */
  static of(masterKey: MasterKey, vault: KeyVault): StaffNames {
    return new StaffNames(new SubjectCipher(vault, masterKey.derive('key-wrapping')));
  }

  /** Seals a name under a data key of its own. */
  async seal(name: string): Promise<SealedName> {
    const keyId = randomUUID();
    await this.cipher.createKey(keyId);
    const sealed = await this.cipher.seal(keyId, field, name);
    if (sealed === undefined) throw new Error('A data key is gone that nobody knows of yet.');
    return { name: sealed, keyId };
  }

  /** The name of someone who works here; `undefined` when its key is destroyed. */
  async open({ name, keyId }: Pick<StaffEngaged, 'name' | 'keyId'>): Promise<string | undefined> {
    return keyId === undefined ? name : this.cipher.open(keyId, field, name);
  }

  /** Makes what was sealed under this key unreadable for ever. */
  forget(keyId: string): Promise<void> {
    return this.cipher.destroyKey(keyId);
  }
}
