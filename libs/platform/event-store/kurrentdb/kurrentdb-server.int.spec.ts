import { eventStoreContract } from '#libs/platform/testing/event-store.contract';
import { accepted, appendOf, facts, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { describeWith } from '#libs/platform/testing/outside-server';
import { KurrentDbEventStore } from './kurrentdb-event-store';

describeWith('KURRENTDB_URL', 'against a real server', (url) => {
  let store: KurrentDbEventStore;

  beforeAll(async () => {
    store = await KurrentDbEventStore.open({ url });
    const { product, version, severalStreams } = store.server;
    const ways = severalStreams ? 'appends to several streams at once' : 'announces what goes with an append';
    process.stdout.write(`KURRENTDB_URL leads to ${product} ${version}: ${ways}.\n`);
  });
  afterAll(() => store.close());

  it('is a server that is known to work', () =>
    expect(`${store.server.product} ${store.server.version}`).toMatch(
      /^(KurrentDB (2[5-9]|[3-9]\d)|EventStoreDB 2[2-4])\./,
    ));

  it('appends to several streams at once from 25.1 on', () => {
    const [major = 0, minor = 0] = store.server.version.split('.').map(Number);
    expect(store.server.severalStreams).toBe(major > 25 || (major === 25 && minor >= 1));
  });

  it('takes an append again for done, when it is told twice', async () => {
    const request = appendOf({ events: facts(3) });
    const other = await KurrentDbEventStore.open({ url });
    const tips = [await store.append(request), await other.append(request)].map(tipOf);
    expect(tips[1]).toEqual(tips[0]);
    expect((await store.load(request.streamId)).tail).toHaveLength(3);
    await other.close();
  });

  it('tells apart two processes that use one key at the same time', async () => {
    const other = await KurrentDbEventStore.open({ url });
    const request = appendOf({ events: facts(2), command: accepted() });
    const again = { ...request, recordedAt: request.recordedAt + 1 };
    const outcomes = await Promise.all([store.append(request), other.append(again)]);
    expect(outcomes.map((each) => each.kind).sort()).toEqual(['appended', 'duplicate-command']);
    expect((await store.load(request.streamId)).tail).toHaveLength(2);
    await other.close();
  });

  eventStoreContract('KurrentDB', () => store);
});
