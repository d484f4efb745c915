import type { AnyProjection } from '#libs/platform/read-models/projection';
import { prepareReadModels } from '#libs/platform/read-models/read-models';
import { dueRows, openTabHouse, storedRows, trade, type TabHouse } from '#libs/platform/read-models/testing/tab-house';
import { tabBalance, tabDays, tabEntries, tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { onTab, tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { FedProjections } from './feed-projections';
import { listHeld, repairHeld } from './feed-repair';
import { FeedShare, type FeedNeeds, type Taken } from './feed-share';
import { tabPublishing } from './testing/bus';
import { inARow, messagesOf, movedBy } from './testing/messages';

const share = { feed: 'spec', topic: 'facts', partition: 0 };
let house: TabHouse;

beforeEach(async () => {
  house = await openTabHouse();
  const needs = { source: house.source, store: house.store, catalogue: tabCatalogue };
  await prepareReadModels(needs, tabProjections, 'bus');
});
afterEach(() => house.close());

const needsWith = async (projections: readonly AnyProjection[] = tabProjections): Promise<FeedNeeds> => {
  const target = new FedProjections(house.source, projections);
  expect(await target.ready()).toBe(true);
  const { source, store, report } = house;
  return { source, store, catalogue: tabCatalogue, target, report };
};

const shareOf = async (projections?: readonly AnyProjection[]): Promise<FeedShare> =>
  new FeedShare(await needsWith(projections), share);

const expectRows = async (projections: readonly AnyProjection[] = tabProjections): Promise<void> => {
  for (const projection of projections)
    expect(await storedRows(house.source, projection)).toEqual(await dueRows(house, projection));
};

const put = async (id: string, ...amounts: number[]): Promise<void> => {
  for (const amount of amounts) await house.runner.execute(onTab(id, { kind: 'put', amount }));
};

/** Puts on tabs and waits until that can be read. */
const open = async (tabs: Readonly<Record<string, readonly number[]>>): Promise<void> => {
  for (const [id, amounts] of Object.entries(tabs)) await put(id, ...amounts);
  await house.readable(Object.values(tabs).flat().length);
};

const balances = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    [...(await storedRows(house.source, tabBalance))].map(([key, row]) => [key, (row as { balance: number }).balance]),
  );

describe('what comes', () => {
  it('is brought into the tables, and is passed over when it comes again', async () => {
    await house.readable(await trade(house, 60));
    const messages = await messagesOf(house);
    const feed = await shareOf();
    expect(await feed.take(messages)).toMatchObject({ facts: messages.length, duplicates: 0, lookedUp: 0, parked: 0 });
    await expectRows();
    expect(await feed.take(messages)).toMatchObject({ facts: 0, duplicates: 0 });
    expect(await feed.take(movedBy(messages, messages.length))).toMatchObject({
      facts: 0,
      duplicates: messages.length,
    });
    await expectRows();
  });

  it('may be every message twice in a row', async () => {
    await house.readable(await trade(house, 60));
    const twice = (await messagesOf(house)).flatMap((message) => [message, message]);
    const taken = await (await shareOf()).take(inARow(twice));
    expect(taken).toMatchObject({ facts: twice.length / 2, duplicates: twice.length / 2 });
    await expectRows();
  });

  it('may come from the beginning again to a process that knows nothing', async () => {
    await house.readable(await trade(house, 60));
    const messages = await messagesOf(house);
    await (await shareOf()).take(messages);
    await house.source.query('UPDATE read.feed_offsets SET next_offset = 0');
    expect(await (await shareOf()).take(messages)).toMatchObject({ facts: 0, duplicates: messages.length });
    await expectRows();
  });

  it('may miss facts, which are looked up in the log', async () => {
    await house.readable(await trade(house, 100));
    const some = (await messagesOf(house)).filter((_, index) => index % 3 !== 1);
    const last = (await messagesOf(house)).slice(-12);
    const taken = (await (await shareOf()).take(inARow([...some, ...last]))) as Taken;
    expect(taken.lookedUp).toBeGreaterThan(20);
    const held = await house.source.query<{ n: number }[]>('SELECT count(*)::int AS n FROM read.feed_streams');
    expect(held[0]?.n).toBeGreaterThan(5);
    const rows = await storedRows(house.source, tabBalance);
    const due = await dueRows(house, tabBalance);
    const complete = last.map(({ headers }) => String(headers?.['stream']).slice('tab-'.length));
    for (const id of complete) expect(rows.get(id)).toEqual(due.get(id));
  });

  it('may begin in the middle of streams', async () => {
    await open({ a1: [1, 2, 3, 4], b1: [5, 6] });
    const [, , , fourth, , sixth] = await messagesOf(house);
    expect(await (await shareOf()).take(inARow([fourth!, sixth!]))).toMatchObject({ facts: 6, lookedUp: 4 });
    await expectRows();
  });

  it('may hold only the outline of a fact, whose whole is in the log', async () => {
    await open({ a1: [1, 2, 3] });
    const outlines = await messagesOf(house, { ...tabPublishing, withheld: { TabPut: ['amount'] } });
    expect(outlines[0]?.value.toString()).not.toContain('amount');
    expect(await (await shareOf()).take(outlines)).toMatchObject({ facts: 3, lookedUp: 3 });
    await expectRows();
  });

  it('is read from where the tables are, not from where the messages begin', async () => {
    await open({ a1: [1, 2, 3] });
    const messages = await messagesOf(house);
    const feed = await shareOf();
    expect(await feed.take(messages.slice(2))).toEqual({ readFrom: 0 });
    await feed.take(messages.slice(0, 1));
    expect(await feed.take(messages.slice(2))).toEqual({ readFrom: 1 });
    // The topic begins later than the tables end: what is missing comes from the log.
    expect(await feed.take(messages.slice(2))).toMatchObject({ facts: 2, lookedUp: 1 });
    await expectRows();
  });

  it('leaves out what a table held already when it was built', async () => {
    await open({ a1: [1, 2] });
    const needs = { source: house.source, store: house.store, catalogue: tabCatalogue };
    await house.source.query('DELETE FROM read.checkpoints');
    await prepareReadModels(needs, tabProjections, 'bus');
    await put('a1', 3);
    await house.readable(3);
    await (await shareOf()).take(await messagesOf(house));
    await expectRows();
  });
});

describe('two processes with the same partition in hand', () => {
  it('have its effects once', async () => {
    await house.readable(await trade(house, 80));
    const messages = await messagesOf(house);
    const feeds = await Promise.all(Array.from({ length: 4 }, () => shareOf()));
    const taken = (await Promise.all(feeds.map((feed) => feed.take(messages)))) as Taken[];
    expect(taken.reduce((sum, { facts }) => sum + facts, 0)).toBe(messages.length);
    await expectRows();
  });

  it('take turns batch by batch without a fact lost or counted twice', async () => {
    await house.readable(await trade(house, 150));
    const messages = await messagesOf(house);
    const feeds = await Promise.all([shareOf(), shareOf()]);
    const work = feeds.map(async (feed) => {
      for (let at = 0; at < messages.length; at += 7) await feed.take(messages.slice(at, at + 7));
    });
    await Promise.all(work);
    await expectRows();
  });
});

it('lets several partitions write the same rows at once', async () => {
  await house.readable(await trade(house, 300));
  const messages = await messagesOf(house);
  const shares = await Promise.all(
    Array.from({ length: 4 }, async (_, partition) => new FeedShare(await needsWith(), { ...share, partition })),
  );
  const partitionOf = ({ headers }: (typeof messages)[number]): number =>
    Number(String(headers?.['stream']).slice(-1)) % 4;
  await Promise.all(
    shares.map(async (each, partition) => {
      const mine = inARow(messages.filter((message) => partitionOf(message) === partition));
      for (let at = 0; at < mine.length; at += 5) await each.take(mine.slice(at, at + 5));
    }),
  );
  await expectRows();
  expect(house.reports).toEqual([]);
});

describe('a fact that cannot be taken', () => {
  const poisonous = (poison: number): AnyProjection => ({
    ...tabDays,
    on: {
      ...tabDays.on,
      TabPut: (row: never, fact: never, key) => {
        if ((fact as { data: { amount: number } }).data.amount === poison) throw new TypeError('no luck');
        return tabDays.on.TabPut?.(row, fact, key) ?? null;
      },
    },
  });
  const unlucky = [tabBalance, tabEntries, poisonous(13)];

  it('holds up its stream in every table, and no other; repaired, all is as if nothing had been', async () => {
    await open({ a1: [1, 13, 2], b1: [5] });
    const taken = await (await shareOf(unlucky)).take(await messagesOf(house));
    expect(taken).toMatchObject({ facts: 2, parked: 1 });
    expect(await balances()).toEqual({ a1: 1, b1: 5 });
    expect(house.reports).toEqual(['feed-parked']);
    expect(await listHeld(house, 10)).toMatchObject([
      { feed: 'spec', streamId: 'tab-a1', revision: 1, waiting: 2, error: 'no luck' },
    ]);
    await put('a1', 4);
    await house.readable(5);
    const [, , , , fifth] = await messagesOf(house);
    await (await shareOf(unlucky)).take([fifth!]);
    expect(await listHeld(house, 10)).toMatchObject([{ streamId: 'tab-a1', waiting: 3 }]);
    expect(await repairHeld(await needsWith(unlucky), 'spec')).toEqual({ mended: [], stillHeld: ['tab-a1'] });
    expect(await repairHeld(await needsWith(), 'spec')).toEqual({ mended: ['tab-a1'], stillHeld: [] });
    expect(await listHeld(house, 10)).toEqual([]);
    await expectRows();
  });

  it('may be one that only the table refuses', async () => {
    await house.source.query('ALTER TABLE read.tab_balance ADD CONSTRAINT lucky CHECK (balance <> 13)');
    await open({ a1: [4], b1: [6, 7], c1: [2] });
    expect(await (await shareOf()).take(await messagesOf(house))).toMatchObject({ facts: 3, parked: 1 });
    expect(await balances()).toEqual({ a1: 4, b1: 6, c1: 2 });
    await house.source.query('ALTER TABLE read.tab_balance DROP CONSTRAINT lucky');
    expect(await repairHeld(await needsWith(), 'spec', 'tab-b1')).toEqual({ mended: ['tab-b1'], stillHeld: [] });
    await expectRows();
  });

  it('is repaired while the feed goes on', async () => {
    await open({ a1: [13], b1: [1] });
    const feed = await shareOf(unlucky);
    await feed.take(await messagesOf(house));
    await repairHeld(await needsWith(), 'spec');
    await put('a1', 1);
    await put('b1', 2);
    await house.readable(4);
    expect(await feed.take((await messagesOf(house)).slice(2))).toMatchObject({ facts: 2, lookedUp: 0 });
    await expectRows();
  });

  it('may be several at once', async () => {
    await open({ a1: [13], b1: [1, 13, 13], c1: [2] });
    expect(await (await shareOf(unlucky)).take(await messagesOf(house))).toMatchObject({ facts: 2, parked: 2 });
    expect((await repairHeld(await needsWith(), 'spec')).mended).toEqual(['tab-a1', 'tab-b1']);
    await expectRows();
  });
});

describe('a message that cannot be read', () => {
  it('is looked up by its headers', async () => {
    await open({ a1: [1, 2] });
    const [first, second] = await messagesOf(house);
    expect(await (await shareOf()).take([{ ...first!, value: Buffer.from('{"half":') }, second!])).toMatchObject({
      facts: 2,
      lookedUp: 1,
      parked: 0,
    });
    await expectRows();
  });

  it('is noted when it says nothing at all, and holds up nothing', async () => {
    await open({ a1: [1, 2] });
    const [first, second] = await messagesOf(house);
    const damaged = { offset: '0', value: Buffer.from([0, 255]) };
    expect(await (await shareOf()).take([damaged, { ...second!, offset: '1' }])).toMatchObject({ facts: 2, parked: 1 });
    expect(first).toBeDefined();
    await expectRows();
    expect(await listHeld(house, 10)).toMatchObject([{ streamId: 'facts/0@0', revision: -1, waiting: 0 }]);
    expect((await repairHeld(await needsWith(), 'spec')).mended).toEqual(['facts/0@0']);
  });

  it('may speak of a fact that the log does not hold: its stream waits for it', async () => {
    await open({ a1: [1], b1: [2] });
    const [first, second] = await messagesOf(house);
    const ahead = { ...first!, headers: { stream: 'tab-a1', revision: '3' }, value: Buffer.from('') };
    const taken = await (await shareOf()).take(inARow([first!, ahead, second!]));
    expect(taken).toMatchObject({ facts: 2, parked: 1 });
    const [held] = await listHeld(house, 10);
    expect(held).toMatchObject({ streamId: 'tab-a1', revision: 1, error: 'The log holds no revision 1.' });
    await put('a1', 2, 3, 4);
    expect((await repairHeld(await needsWith(), 'spec')).mended).toEqual(['tab-a1']);
    await house.readable(5);
    await expectRows();
  });
});
