import type { KeyVault } from '#libs/platform/crypto/key-vault';
import type { EventStore } from '#libs/platform/event-store/event-store';

/** Something would have been changed, had it been allowed. */
export class WouldChange extends Error {
  constructor(readonly what: string) {
    super(`It would ${what}.`);
    this.name = 'WouldChange';
  }
}

/**
 * A log that can be read only: an append that states facts rejects with {@link WouldChange}, one that merely notes an
 * answer seems to succeed.
 */
export const readOnlyLog = (store: EventStore): EventStore => ({
  append: async ({ streamId, events, expected }) => {
    if (events.length === 0) return { kind: 'appended', tip: expected };
    throw new WouldChange(`state ${events.map(({ type }) => type).join(', ')} on ${streamId}`);
  },
  load: (streamId, foldVersion) => store.load(streamId, foldVersion),
  readStream: (streamId, fromRevision, limit) => store.readStream(streamId, fromRevision, limit),
  readAll: (after, limit) => store.readAll(after, limit),
  pages: (after, limit) => store.pages(after, limit),
  head: () => store.head(),
  latest: () => store.latest(),
  findCommand: (credential, key) => store.findCommand(credential, key),
  findClaims: (names) => store.findClaims(names),
  onAppended: (listener) => store.onAppended(listener),
  close: () => Promise.resolve(),
});

/** A vault that can be read only: what would change it rejects with {@link WouldChange}. */
export const readOnlyVault = (vault: KeyVault): KeyVault => ({
  create: (keyId) => Promise.reject(new WouldChange(`make the data key ${keyId}`)),
  get: (keyId) => vault.get(keyId),
  destroy: async (keyId) => {
    if ((await vault.get(keyId)) !== undefined) throw new WouldChange(`destroy the data key ${keyId}`);
  },
});
