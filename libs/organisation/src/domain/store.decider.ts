import { accept, refuse, type Decider, type Decision } from '#libs/platform/kernel/decider';
import type { StoreCommand } from './store.commands';
import type { StoreEvent, StoreOpened } from './store.events';

/** `store-differs`: a store with this id is open, with other particulars. */
export type StoreRefusal = 'store-differs';

/** The chain's stores, by id. */
export interface Chain {
  readonly stores: Readonly<Record<string, StoreOpened>>;
}

/**
 * The id of the only stream. One stream holds all stores, so that their list is complete the moment one is opened;
 * a chain has some thousands at most and opens a few a day.
 */
export const CHAIN = 'chain';

/** The store with this id, if it is open. */
export const storeIn = ({ stores }: Chain, storeId: string): StoreOpened | undefined =>
  Object.hasOwn(stores, storeId) ? stores[storeId] : undefined;

const sameStore = (a: StoreOpened, b: StoreOpened): boolean =>
  a.name === b.name &&
  a.franchiseeId === b.franchiseeId &&
  a.region === b.region &&
  a.timeZone === b.timeZone &&
  a.currency === b.currency;

const decide = ({ store, at }: StoreCommand, chain: Chain): Decision<StoreEvent, StoreRefusal> => {
  const known = storeIn(chain, store.storeId);
  if (known === undefined) return accept({ type: 'StoreOpened', at, data: store });
  return sameStore(known, store)
    ? accept()
    : refuse('store-differs', `Store ${store.storeId} is open already, with other particulars.`);
};

export const storeDecider: Decider<StoreCommand, Chain, StoreEvent, StoreRefusal> = {
  category: 'store',
  foldVersion: 1,
  initial: () => ({ stores: {} }),
  decide,
  evolve: ({ stores }, { data }) => ({ stores: { ...stores, [data.storeId]: data } }),
};
