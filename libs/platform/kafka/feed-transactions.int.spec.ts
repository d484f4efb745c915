import { openTabHouse, type TabHouse } from '#libs/platform/read-models/testing/tab-house';
import { ensureReadSchema } from '#libs/platform/read-models/read-schema';
import { logStart } from '#libs/platform/event-store/event-store';
import type { VersionedFact } from './arrival';
import { overConnection } from './feed-connection';
import { readShare, type Share } from './feed-store';
import { Overtaken, type FeedTarget, type Refused } from './feed-target';
import { FeedTransactions, type Portion } from './feed-transactions';

let house: TabHouse;
beforeAll(async () => {
  house = await openTabHouse();
  await ensureReadSchema(house.source);
});
afterAll(() => house.close());
beforeEach(() => house.source.query('TRUNCATE read.feed_offsets, read.feed_streams, read.feed_parked'));

const share = (partition: number): Share => ({ feed: 'spec', topic: 'facts', partition });

const fact = (streamId: string, revision = 0): VersionedFact => ({
  ...{ type: 'Put', data: {}, at: 0, recordedAt: 0, streamId, revision, eventId: `${streamId}@${revision}`, meta: {} },
  ...{ place: { xid: 1, position: 1 }, schemaVersion: 1 },
});

/** A target that refuses the facts of some streams, and fails at those of others. */
const targetOf = ({ refuses = [], fails = [] }: { refuses?: readonly string[]; fails?: readonly string[] }) => {
  const calls: (readonly string[])[] = [];
  const target: FeedTarget = {
    ready: () => Promise.resolve(true),
    before: () => Promise.resolve(),
    reached: () => Promise.resolve(),
    within: (facts) => {
      calls.push(facts.map(({ eventId }) => eventId));
      if (facts.some(({ streamId }) => fails.includes(streamId))) return Promise.reject(new Error('no'));
      const refused = facts.filter(({ streamId }) => refuses.includes(streamId));
      return Promise.resolve(refused.map(({ eventId }): Refused => ({ eventId, error: 'never' })));
    },
  };
  return { calls, transactions: new FeedTransactions({ source: house.source, target }) };
};

/** The next facts of a partition. */
const portion = async (partition: number, ...facts: readonly VersionedFact[]): Promise<Portion> => {
  const before = await overConnection(house.source, (send) => readShare(send, share(partition)));
  const after = { nextOffset: before.nextOffset + facts.length, epoch: before.epoch, place: { xid: 1, position: 1 } };
  return { share: share(partition), before, after, facts, parked: [] };
};

const offsets = async (): Promise<Readonly<Record<number, number>>> => {
  const rows = await house.source.query<{ partition: number; next: number }[]>(
    'SELECT partition, next_offset::integer AS next FROM read.feed_offsets ORDER BY partition',
  );
  return Object.fromEntries(rows.map(({ partition, next }) => [partition, next]));
};

const streams = async (): Promise<readonly string[]> => {
  const rows = await house.source.query<{ id: string }[]>(
    `SELECT stream_id || '@' || revision AS id FROM read.feed_streams ORDER BY 1`,
  );
  return rows.map(({ id }) => id);
};

it('portions that are ready together go together, and each moves its own share', async () => {
  const { calls, transactions } = targetOf({});
  const portions = [
    await portion(0, fact('tab-a'), fact('tab-a', 1)),
    await portion(1, fact('tab-b')),
    await portion(2),
  ];
  expect(await Promise.all(portions.map((each) => transactions.carryOut(each)))).toEqual([[], [], []]);
  expect(calls).toEqual([['tab-a@0', 'tab-a@1', 'tab-b@0']]);
  expect(await offsets()).toEqual({ 0: 2, 1: 1, 2: 0 });
  expect(await streams()).toEqual(['tab-a@1', 'tab-b@0']);
});

it('what comes meanwhile goes with the next', async () => {
  const { calls, transactions } = targetOf({});
  const portions = [await portion(0, fact('tab-a')), await portion(1, fact('tab-b')), await portion(2, fact('tab-c'))];
  const first = transactions.carryOut(portions[0]!);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all([first, transactions.carryOut(portions[1]!), transactions.carryOut(portions[2]!)]);
  expect(calls.flat().sort()).toEqual(['tab-a@0', 'tab-b@0', 'tab-c@0']);
  expect(calls.length).toBeLessThanOrEqual(2);
});

it('one that holds more than a transaction should goes by itself', async () => {
  const { calls, transactions } = targetOf({});
  const many = Array.from({ length: 6_500 }, (_, revision) => fact('tab-a', revision));
  const portions = [await portion(0, fact('tab-b')), await portion(1, ...many), await portion(2, fact('tab-c'))];
  await Promise.all(portions.map((each) => transactions.carryOut(each)));
  expect(calls.map(({ length }) => length)).toEqual([1, 6_500, 1]);
  expect(await offsets()).toEqual({ 0: 1, 1: 6_500, 2: 1 });
});

it('whose facts are refused is told so, and nothing of it stays; the others are carried out', async () => {
  const { calls, transactions } = targetOf({ refuses: ['tab-b'] });
  const portions = [await portion(0, fact('tab-a')), await portion(1, fact('tab-b'), fact('tab-c'))];
  const [first, second] = await Promise.all(portions.map((each) => transactions.carryOut(each)));
  expect([first, second]).toEqual([[], [{ eventId: 'tab-b@0', error: 'never' }]]);
  expect(calls).toHaveLength(2);
  expect(await offsets()).toEqual({ 0: 1, 1: 0 });
  expect(await streams()).toEqual(['tab-a@0']);
});

it('whose facts make the target fail fails alone', async () => {
  const { transactions } = targetOf({ fails: ['tab-b'] });
  const portions = [await portion(0, fact('tab-a')), await portion(1, fact('tab-b')), await portion(2, fact('tab-c'))];
  const ended = await Promise.allSettled(portions.map((each) => transactions.carryOut(each)));
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await offsets()).toEqual({ 0: 1, 1: 0, 2: 1 });
});

it('whose share somebody else has moved is overtaken, and no other', async () => {
  const { transactions } = targetOf({});
  const portions = [await portion(0, fact('tab-a')), await portion(1, fact('tab-b')), await portion(2, fact('tab-c'))];
  await house.source.query('UPDATE read.feed_offsets SET epoch = epoch + 1 WHERE partition = 1');
  await house.source.query('UPDATE read.feed_offsets SET next_offset = 7 WHERE partition = 2');
  const ended = await Promise.allSettled(portions.map((each) => transactions.carryOut(each)));
  expect(ended.map((each) => (each.status === 'rejected' ? each.reason : each.value))).toEqual([
    [],
    expect.any(Overtaken),
    expect.any(Overtaken),
  ]);
  expect(await offsets()).toEqual({ 0: 1, 1: 0, 2: 7 });
});

it('one of two for the same share is overtaken, though they are ready together', async () => {
  const { calls, transactions } = targetOf({});
  const [one, same] = [await portion(1, fact('tab-a')), await portion(1, fact('tab-a'))];
  const portions = [await portion(0, fact('tab-b')), one, same, await portion(2, fact('tab-c'))];
  const ended = await Promise.allSettled(portions.map((each) => transactions.carryOut(each)));
  expect(ended.map((each) => (each.status === 'rejected' ? each.reason : each.value))).toEqual([
    ...[[], [], expect.any(Overtaken)],
    [],
  ]);
  expect(calls.flat().filter((id) => id === 'tab-a@0')).toHaveLength(1);
  expect(await offsets()).toEqual({ 0: 1, 1: 1, 2: 1 });
});

it('streams that are held up are noted with their share, and forgotten when they are not', async () => {
  const { transactions } = targetOf({});
  const held = { streamId: 'tab-a', revision: 3, reaches: 5, eventId: 'e', error: 'never' };
  await transactions.carryOut({ ...(await portion(4)), parked: [held] });
  const noted = () =>
    house.source.query<object[]>('SELECT stream_id AS id, partition, reaches::integer FROM read.feed_parked');
  expect(await noted()).toEqual([{ id: 'tab-a', partition: 4, reaches: 5 }]);
  await transactions.carryOut({ ...(await portion(4)), mended: 'tab-a' });
  expect(await noted()).toEqual([]);
});

it('a share starts at the beginning of the log', async () =>
  expect((await portion(9)).before).toEqual({ nextOffset: 0, epoch: 0, place: logStart }));
