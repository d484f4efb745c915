import type { Envelope } from './envelope';
import type { KeyVault } from './key-vault';

/** A vault that forgets everything with the process: for tests and sandboxes. */
export class MemoryKeyVault implements KeyVault {
  private readonly keys = new Map<string, Envelope>();

  /** How many keys there are. */
  get size(): number {
    return this.keys.size;
  }

  create(keyId: string, wrapped: Envelope): Promise<boolean> {
    const isNew = !this.keys.has(keyId);
    if (isNew) this.keys.set(keyId, wrapped);
    return Promise.resolve(isNew);
  }

  get(keyId: string): Promise<Envelope | undefined> {
    return Promise.resolve(this.keys.get(keyId));
  }

  destroy(keyId: string): Promise<void> {
    this.keys.delete(keyId);
    return Promise.resolve();
  }
}
