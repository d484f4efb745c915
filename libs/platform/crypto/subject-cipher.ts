import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { KEY_BYTES, open, opens, seal, type Envelope } from './envelope';
import type { KeyVault } from './key-vault';

/** How many opened keys stay in memory, and for how long at most. */
export interface KeyCacheLimits {
  readonly entries: number;
  readonly ttlMilliseconds: number;
}

/** Small enough to mean nothing for memory (about 200 bytes a key); a key destroyed elsewhere is gone in a minute. */
export const defaultKeyCacheLimits: KeyCacheLimits = { entries: 10_000, ttlMilliseconds: 60_000 };

/**
 * Seals and opens texts under one data key per subject. Data keys are random, kept wrapped in the vault under the
 * wrapping key, and cached opened for a short while. Destroying a subject's key makes its texts unreadable for ever:
 * {@link open} then answers `undefined`.
 */
export class SubjectCipher {
  private readonly cache: LRUCache<string, Buffer>;
  /** Counts destructions, so that a key read before one is not cached after it. */
  private destructions = 0;

  /** `wrappingKey`: 32 bytes derived from the master key for this use alone. */
  constructor(
    private readonly vault: KeyVault,
    private readonly wrappingKey: Buffer,
    limits: KeyCacheLimits = defaultKeyCacheLimits,
  ) {
    if (wrappingKey.length !== KEY_BYTES) throw new RangeError(`A wrapping key has ${KEY_BYTES} bytes.`);
    this.cache = new LRUCache({ max: limits.entries, ttl: limits.ttlMilliseconds });
  }

  /** Makes the data key of a new subject. Throws when the id has one already. */
  async createKey(keyId: string): Promise<void> {
    const key = randomBytes(KEY_BYTES);
    const created = await this.vault.create(keyId, seal(this.wrappingKey, wrapPlace(keyId), key));
    if (!created) throw new Error(`The vault has a key ${keyId} already.`);
    this.cache.set(keyId, key);
  }

  /** Seals a text for one field of one subject. `undefined` when the subject's key is destroyed or was never made. */
  async seal(keyId: string, field: string, text: string): Promise<Envelope | undefined> {
    const key = await this.key(keyId);
    return key && seal(key, fieldPlace(keyId, field), Buffer.from(text, 'utf8'));
  }

  /**
   * Opens a text of one field of one subject; `undefined` when the key is destroyed. Throws `EnvelopeRejected` when
   * the envelope was altered or belongs to another subject or field.
   */
  async open(keyId: string, field: string, envelope: Envelope): Promise<string | undefined> {
    const key = await this.key(keyId);
    return key && open(key, fieldPlace(keyId, field), envelope).toString('utf8');
  }

  /** Destroys the key in the vault and forgets it here. Told twice, it has still happened once. */
  async destroyKey(keyId: string): Promise<void> {
    await this.vault.destroy(keyId);
    this.destructions += 1;
    this.cache.delete(keyId);
  }

  private async key(keyId: string): Promise<Buffer | undefined> {
    const cached = this.cache.get(keyId);
    if (cached !== undefined) return cached;
    const before = this.destructions;
    const wrapped = await this.vault.get(keyId);
    if (wrapped === undefined) return undefined;
    const key = open(this.wrappingKey, wrapPlace(keyId), wrapped);
    if (before === this.destructions) this.cache.set(keyId, key);
    return key;
  }
}

/** Whether a wrapped data key of the vault opens under this wrapping key. */
export const opensKey = (wrappingKey: Buffer, keyId: string, wrapped: Envelope): boolean =>
  opens(wrappingKey, wrapPlace(keyId), wrapped);

const wrapPlace = (keyId: string): string => `key\n${keyId}`;
const fieldPlace = (keyId: string, field: string): string => `field\n${keyId}\n${field}`;
