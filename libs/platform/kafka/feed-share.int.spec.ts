import { swapLock, transactionLock } from '#libs/platform/read-models/advisory-lock';
import { prepareReadModels } from '#libs/platform/read-models/read-models';
import { dueRows, storedRows, trade } from '#libs/platform/read-models/testing/tab-house';
import { tabBalance, tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { FeedShare, type Taken } from './feed-share';
import { FeedTransactions } from './feed-transactions';
import { tabPublishing } from './testing/bus';
import { FedHouse } from './testing/fed-house';
import { inARow, messagesOf, movedBy } from './testing/messages';

let fed: FedHouse;

beforeEach(async () => {
  fed = await FedHouse.open();
});
afterEach(() => fed.house.close());

describe('what comes', () => {
  it('is brought into the tables, and is passed over when it comes again', async () => {
    await fed.house.readable(await trade(fed.house, 60));
    const messages = await messagesOf(fed.house);
    const feed = await fed.share();
    expect(await feed.take(messages)).toMatchObject({ facts: messages.length, duplicates: 0, lookedUp: 0, parked: 0 });
    await fed.expectRows();
    expect(await feed.take(messages)).toMatchObject({ facts: 0, duplicates: 0 });
    expect(await feed.take(movedBy(messages, messages.length))).toMatchObject({
      facts: 0,
      duplicates: messages.length,
    });
    await fed.expectRows();
  });

  it('may be every message twice in a row', async () => {
    await fed.house.readable(await trade(fed.house, 60));
    const twice = (await messagesOf(fed.house)).flatMap((message) => [message, message]);
    const taken = await (await fed.share()).take(inARow(twice));
    expect(taken).toMatchObject({ facts: twice.length / 2, duplicates: twice.length / 2 });
    await fed.expectRows();
  });

  it('may come from the beginning again to a process that knows nothing', async () => {
    await fed.house.readable(await trade(fed.house, 60));
    const messages = await messagesOf(fed.house);
    await (await fed.share()).take(messages);
    await fed.house.source.query('UPDATE read.feed_offsets SET next_offset = 0');
    expect(await (await fed.share()).take(messages)).toMatchObject({ facts: 0, duplicates: messages.length });
    await fed.expectRows();
  });

  it('may miss facts, which are looked up in the log', async () => {
    await fed.house.readable(await trade(fed.house, 100));
    const some = (await messagesOf(fed.house)).filter((_, index) => index % 3 !== 1);
    const last = (await messagesOf(fed.house)).slice(-12);
    const taken = (await (await fed.share()).take(inARow([...some, ...last]))) as Taken;
    expect(taken.lookedUp).toBeGreaterThan(20);
    const held = await fed.house.source.query<{ n: number }[]>('SELECT count(*)::int AS n FROM read.feed_streams');
    expect(held[0]?.n).toBeGreaterThan(5);
    const rows = await storedRows(fed.house.source, tabBalance);
    const due = await dueRows(fed.house, tabBalance);
    const complete = last.map(({ headers }) => String(headers?.['fact']).split(/[-@]/)[1]);
    for (const id of complete) expect(rows.get(id ?? '')).toEqual(due.get(id ?? ''));
  });

  it('may begin in the middle of streams', async () => {
    await fed.open({ a1: [1, 2, 3, 4], b1: [5, 6] });
    const [, , , fourth, , sixth] = await messagesOf(fed.house);
    expect(await (await fed.share()).take(inARow([fourth!, sixth!]))).toMatchObject({ facts: 6, lookedUp: 4 });
    await fed.expectRows();
  });

  it('may hold only the outline of a fact, whose whole is in the log', async () => {
    await fed.open({ a1: [1, 2, 3] });
    const outlines = await messagesOf(fed.house, { ...tabPublishing, withheld: { TabPut: ['amount'] } });
    expect(outlines[0]?.value.toString()).not.toContain('amount');
    expect(await (await fed.share()).take(outlines)).toMatchObject({ facts: 3, lookedUp: 3 });
    await fed.expectRows();
  });

  it('is read from where the tables are, not from where the messages begin', async () => {
    await fed.open({ a1: [1, 2, 3] });
    const messages = await messagesOf(fed.house);
    const feed = await fed.share();
    expect(await feed.take(messages.slice(2))).toEqual({ readFrom: 0 });
    await feed.take(messages.slice(0, 1));
    expect(await feed.take(messages.slice(2))).toEqual({ readFrom: 1 });
    // The topic begins later than the tables end: what is missing comes from the log.
    expect(await feed.take(messages.slice(2))).toMatchObject({ facts: 1, duplicates: 0 });
    expect(fed.house.reports).toEqual(['feed-fell-off-topic']);
    await fed.expectRows();
  });

  it('leaves out what a table held already when it was built', async () => {
    await fed.open({ a1: [1, 2] });
    const { source, store } = fed.house;
    await source.query('DELETE FROM read.checkpoints');
    await prepareReadModels({ source, store, catalogue: tabCatalogue }, tabProjections, 'bus');
    await fed.put('a1', 3);
    await fed.house.readable(3);
    await (await fed.share()).take(await messagesOf(fed.house));
    await fed.expectRows();
  });
});

/** Keeps every feed's transaction waiting until it is released. */
const holdSwap = async () => {
  const connection = fed.house.source.createQueryRunner();
  await connection.startTransaction();
  const { text, values } = transactionLock(swapLock, 'exclusive');
  await connection.query(text, values);
  const release = async (): Promise<void> => {
    await connection.commitTransaction();
    await connection.release();
  };
  return { release };
};

describe('two processes with the same partition in hand', () => {
  it('have its effects once', async () => {
    await fed.house.readable(await trade(fed.house, 80));
    const messages = await messagesOf(fed.house);
    const feeds = await Promise.all(Array.from({ length: 4 }, () => fed.share()));
    const taken = (await Promise.all(feeds.map((feed) => feed.take(messages)))) as Taken[];
    expect(taken.reduce((sum, { facts }) => sum + facts, 0)).toBe(messages.length);
    await fed.expectRows();
  });

  it('have them once though both wait for the same transaction', async () => {
    await fed.open({ a1: [5, 7], b1: [2] });
    const needs = await fed.needsWith();
    const transactions = new FeedTransactions(needs);
    const shareOf = (partition: number) =>
      new FeedShare({ ...needs, transactions }, { feed: 'spec', topic: 'facts', partition });
    const messages = await messagesOf(fed.house);
    const [first, ...both] = [shareOf(0), shareOf(1), shareOf(1)];
    const swap = await holdSwap();
    const waiting = first.take(inARow(messages.slice(2)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const taken = both.map((feed) => feed.take(messages.slice(0, 2)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await swap.release();
    const facts = (await Promise.all([waiting, ...taken])).map((each) => (each as Taken).facts);
    expect(facts.sort()).toEqual([0, 1, 2]);
    await fed.expectRows();
  });

  it('take turns batch by batch without a fact lost or counted twice', async () => {
    await fed.house.readable(await trade(fed.house, 150));
    const messages = await messagesOf(fed.house);
    const feeds = await Promise.all([fed.share(), fed.share()]);
    const work = feeds.map(async (feed) => {
      for (let at = 0; at < messages.length; at += 7) await feed.take(messages.slice(at, at + 7));
    });
    await Promise.all(work);
    await fed.expectRows();
  });
});

it('lets several partitions write the same rows at once', async () => {
  await fed.house.readable(await trade(fed.house, 300));
  const messages = await messagesOf(fed.house);
  const shares = await Promise.all(Array.from({ length: 4 }, (_, partition) => fed.share(undefined, partition)));
  const partitionOf = ({ headers }: (typeof messages)[number]): number =>
    Number(String(headers?.['fact']).split('@')[0]?.slice(-1)) % 4;
  await Promise.all(
    shares.map(async (each, partition) => {
      const mine = inARow(messages.filter((message) => partitionOf(message) === partition));
      for (let at = 0; at < mine.length; at += 5) await each.take(mine.slice(at, at + 5));
    }),
  );
  await fed.expectRows();
  expect(fed.house.reports).toEqual([]);
});
