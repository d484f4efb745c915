import { fold } from '#libs/platform/kernel/decider';
import type { OpenStore } from './store.commands';
import { CHAIN, storeDecider, storeIn } from './store.decider';
import type { StoreEvent, StoreOpened } from './store.events';

const S1: StoreOpened = {
  storeId: 'S1',
  name: 'Collins Street',
  region: 'VIC',
  timeZone: 'Australia/Melbourne',
  currency: 'AUD',
};

const open = (store: StoreOpened): OpenStore => ({ type: 'OpenStore', at: 5, store });
const opened = (store: StoreOpened): StoreEvent => ({ type: 'StoreOpened', at: 5, data: store });
const chain = (...events: readonly StoreEvent[]) => fold(storeDecider, storeDecider.initial(CHAIN), events);
const decide = (command: OpenStore, ...given: readonly StoreEvent[]) =>
  storeDecider.decide(command, chain(...given), undefined);

it('opens a store', () => {
  expect(decide(open(S1))).toEqual({ kind: 'accepted', events: [opened(S1)] });
  expect(storeIn(chain(opened(S1)), 'S1')).toEqual(S1);
});

it('opened again with the same particulars, is already so', () =>
  expect(decide(open({ ...S1 }), opened(S1))).toEqual({ kind: 'accepted', events: [] }));

it.each<Partial<StoreOpened>>([
  { name: 'Bourke Street' },
  { region: 'NSW' },
  { franchiseeId: 'F1' },
  { timeZone: 'UTC' },
  { currency: 'NZD' },
])('opened again with %j, is refused', (other) =>
  expect(decide(open({ ...S1, ...other }), opened(S1))).toMatchObject({ kind: 'refused', reason: 'store-differs' }),
);

it('knows many stores, whatever their names', () => {
  const odd = ['constructor', 'toString', '1', 'S1'].map((storeId) => ({ ...S1, storeId }));
  const state = chain(...odd.map(opened));
  for (const store of odd) expect(storeIn(state, store.storeId)).toEqual(store);
  expect(storeIn(state, 'hasOwnProperty')).toBeUndefined();
  expect(storeIn(chain(), 'constructor')).toBeUndefined();
});
