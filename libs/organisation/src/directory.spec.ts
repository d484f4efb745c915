import { logStart } from '#libs/platform/event-store/event-store';
import { Chain, S1 } from './testing/chain';
import { STORE_PORT, TILL_PORT, type StorePort, type TillPort } from './contract';

let chain: Chain;
beforeEach(async () => void (chain = await Chain.open()));
afterEach(() => chain.app.close());

const stores = (): StorePort => chain.app.get<StorePort>(STORE_PORT);
const tills = (): TillPort => chain.app.get<TillPort>(TILL_PORT);

it('knows nothing of a chain that has not begun, and writes nothing when asked', async () => {
  expect([await stores().stores(), await stores().store('S1'), await tills().till('S1', 'T1')]).toEqual([
    ...[[], undefined, undefined],
  ]);
  expect(await chain.platform.store.readAll(logStart, 10)).toEqual([]);
});

it('knows a store the moment it is opened, with all its particulars', async () => {
  await chain.post('/v1/stores', { ...S1, franchiseeId: 'F7' });
  expect(await stores().store('S1')).toEqual({ ...S1, franchiseeId: 'F7' });
});

it('lists stores by id, whatever the order of opening', async () => {
  for (const storeId of ['S2', 'S10', 'a', 'S1', '007']) await chain.post('/v1/stores', { ...S1, storeId });
  expect((await stores().stores()).map(({ storeId }) => storeId)).toEqual(['007', 'S1', 'S10', 'S2', 'a']);
});

it.each(['constructor', '__proto__', 'toString', 's1', ''])('knows no store %j', async (storeId) => {
  await chain.post('/v1/stores', S1);
  expect(await stores().store(storeId)).toBeUndefined();
});

it('knows a till of the store it is registered in, and of no other', async () => {
  await chain.newTill('T1', 'S1');
  await chain.post('/v1/stores', { ...S1, storeId: 'S2' });
  expect(await tills().till('S1', 'T1')).toEqual({ storeId: 'S1', tillId: 'T1' });
  expect(await tills().till('S2', 'T1')).toBeUndefined();
  expect(await tills().till('S1', 'T2')).toBeUndefined();
});

it('tells of a till, but never its token', async () => {
  await chain.newTill('T1', 'S1');
  await chain.post('/v1/stores/S1/tills/T1/token');
  expect(Object.keys((await tills().till('S1', 'T1')) ?? {})).toEqual(['storeId', 'tillId']);
});

it('hands out a list that nobody can change the chain by', async () => {
  await chain.post('/v1/stores', S1);
  ((await stores().stores()) as unknown[]).length = 0;
  expect(await stores().stores()).toHaveLength(1);
});
