import type { Envelope } from './envelope';

/**
 * Where wrapped data keys live: a table outside the log, so that deleting a row is enough to make everything sealed
 * under that key unreadable for ever. Holds no key in clear. Rejects with `StoreUnavailable` when it cannot be reached.
 */
export interface KeyVault {
  /** Stores a wrapped key. False (and nothing stored) when the id has one already: a key is never replaced. */
  create(keyId: string, wrapped: Envelope): Promise<boolean>;
  /** The wrapped key; `undefined` when there never was one or it has been destroyed. */
  get(keyId: string): Promise<Envelope | undefined>;
  /** Deletes the wrapped key. Told twice, it has still happened once. */
  destroy(keyId: string): Promise<void>;
}
