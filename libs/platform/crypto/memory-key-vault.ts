import type { Envelope } from './envelope';
import type { KeyVault } from './key-vault';

/** A vault that forgets everything with the process: for tests and sandboxes. */
export class MemoryKeyVault implements KeyVault {
  private readonly keys = new Map<string, Envelope>();

  async create(keyId: string, wrapped: Envelope): Promise<boolean> {
    if (this.keys.has(keyId)) return false;
    this.keys.set(keyId, wrapped);
    return true;
  }

  async get(keyId: string): Promise<Envelope | undefined> {
    return this.keys.get(keyId);
  }

  async destroy(keyId: string): Promise<void> {
    this.keys.delete(keyId);
  }
}
