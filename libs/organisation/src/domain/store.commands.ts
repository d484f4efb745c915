import type { Instant } from '#libs/platform/kernel/instant';
import type { StoreOpened } from './store.events';

/** Opens a store, or says again that it is open. */
export interface OpenStore {
  readonly type: 'OpenStore';
  readonly at: Instant;
  readonly store: StoreOpened;
}

export type StoreCommand = OpenStore;
