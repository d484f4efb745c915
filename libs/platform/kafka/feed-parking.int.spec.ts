import { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { storedRows } from '#libs/platform/read-models/testing/tab-house';
import { tabBalance, tabDays, tabEntries } from '#libs/platform/read-models/testing/tab-rows';
import { onTab, tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { listHeld, repairHeld } from './feed-repair';
import { FeedShare } from './feed-share';
import { FedHouse } from './testing/fed-house';
import { inARow, messagesOf } from './testing/messages';

let fed: FedHouse;

beforeEach(async () => {
  fed = await FedHouse.open();
});
afterEach(() => fed.house.close());

const balances = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    [...(await storedRows(fed.house.source, tabBalance))].map(([key, row]) => [
      key,
      (row as { balance: number }).balance,
    ]),
  );

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
    await fed.open({ a1: [1, 13, 2], b1: [5] });
    const taken = await (await fed.share(unlucky)).take(await messagesOf(fed.house));
    expect(taken).toMatchObject({ facts: 2, parked: 1 });
    expect(await balances()).toEqual({ a1: 1, b1: 5 });
    expect(fed.house.reports).toEqual(['feed-parked']);
    expect(await listHeld(fed.house, 10)).toMatchObject([
      { feed: 'spec', streamId: 'tab-a1', revision: 1, waiting: 2, error: 'no luck' },
    ]);
    await fed.put('a1', 4);
    await fed.house.readable(5);
    const [, , , , fifth] = await messagesOf(fed.house);
    await (await fed.share(unlucky)).take([fifth!]);
    expect(await listHeld(fed.house, 10)).toMatchObject([{ streamId: 'tab-a1', waiting: 3 }]);
    expect(await repairHeld(await fed.needsWith(unlucky), 'spec')).toEqual({ mended: [], stillHeld: ['tab-a1'] });
    expect(await repairHeld(await fed.needsWith(), 'spec')).toEqual({ mended: ['tab-a1'], stillHeld: [] });
    expect(await listHeld(fed.house, 10)).toEqual([]);
    await fed.expectRows();
  });

  it('may be one that only the table refuses', async () => {
    await fed.house.source.query('ALTER TABLE read.tab_balance ADD CONSTRAINT lucky CHECK (balance <> 13)');
    await fed.open({ a1: [4], b1: [6, 7], c1: [2] });
    expect(await (await fed.share()).take(await messagesOf(fed.house))).toMatchObject({ facts: 3, parked: 1 });
    expect(await balances()).toEqual({ a1: 4, b1: 6, c1: 2 });
    await fed.house.source.query('ALTER TABLE read.tab_balance DROP CONSTRAINT lucky');
    expect(await repairHeld(await fed.needsWith(), 'spec', { streamId: 'tab-b1' })).toEqual({
      mended: ['tab-b1'],
      stillHeld: [],
    });
    await fed.expectRows();
  });

  it('may be one whose row has a key that is no value of its column', async () => {
    const dated: AnyProjection = {
      ...tabDays,
      keysOf: ({ streamId }) => [['all', streamId === 'tab-b1' ? '0000-01-01' : '2026-03-01']],
    };
    await fed.open({ a1: [4], b1: [6], c1: [2] });
    const feed = await fed.share([tabBalance, tabEntries, dated]);
    expect(await feed.take(await messagesOf(fed.house))).toMatchObject({ facts: 2, parked: 1 });
    expect(await balances()).toEqual({ a1: 4, c1: 2 });
  });

  it('is repaired while the feed goes on', async () => {
    await fed.open({ a1: [13], b1: [1] });
    const feed = await fed.share(unlucky);
    await feed.take(await messagesOf(fed.house));
    await repairHeld(await fed.needsWith(), 'spec');
    await fed.put('a1', 1);
    await fed.put('b1', 2);
    await fed.house.readable(4);
    expect(await feed.take((await messagesOf(fed.house)).slice(2))).toMatchObject({ facts: 2, lookedUp: 0 });
    await fed.expectRows();
  });

  it('may be several at once', async () => {
    await fed.open({ a1: [13], b1: [1, 13, 13], c1: [2] });
    expect(await (await fed.share(unlucky)).take(await messagesOf(fed.house))).toMatchObject({ facts: 2, parked: 2 });
    expect((await repairHeld(await fed.needsWith(), 'spec')).mended).toEqual(['tab-a1', 'tab-b1']);
    await fed.expectRows();
  });
});

describe('a fact of a later program', () => {
  const older = new EventCatalogue(tabCatalogue.all().filter(({ type }) => type === 'TabPut'));

  it('holds up its stream, read or looked up, until a program comes that knows it', async () => {
    await fed.open({ a1: [5], b1: [1] });
    await fed.house.runner.execute(onTab('a1', { kind: 'pay', amount: 2 }));
    await fed.put('a1', 4);
    await fed.house.readable(4);
    const needs = { ...(await fed.needsWith()), catalogue: older };
    const messages = await messagesOf(fed.house);
    const share = new FeedShare(needs, { feed: 'spec', topic: 'facts', partition: 0 });
    expect(await share.take(inARow([messages[0]!, messages[1]!, messages[3]!]))).toMatchObject({ facts: 2, parked: 1 });
    expect(await balances()).toEqual({ a1: 5, b1: 1 });
    expect(await listHeld(fed.house, 10)).toMatchObject([
      { streamId: 'tab-a1', revision: 1, waiting: 2, error: 'This program does not know TabPaid of version 1.' },
    ]);
    expect(fed.house.reports).toEqual(['feed-parked']);
    expect((await repairHeld(needs, 'spec')).stillHeld).toEqual(['tab-a1']);
    expect((await repairHeld(await fed.needsWith(), 'spec')).mended).toEqual(['tab-a1']);
    await fed.expectRows();
  });

  it('may be of a type that is known, in a version that is not', async () => {
    await fed.open({ a1: [5] });
    const [message] = await messagesOf(fed.house);
    const value = Buffer.from(String(message!.value).replace('"schemaversion":2', '"schemaversion":3'));
    expect(await (await fed.share()).take([{ ...message!, value }])).toMatchObject({ facts: 0, parked: 1 });
    expect(await listHeld(fed.house, 10)).toMatchObject([
      { streamId: 'tab-a1', revision: 0, error: 'This program does not know TabPut of version 3.' },
    ]);
  });
});

describe('a message that cannot be read', () => {
  it('is looked up by its headers', async () => {
    await fed.open({ a1: [1, 2] });
    const [first, second] = await messagesOf(fed.house);
    expect(await (await fed.share()).take([{ ...first!, value: Buffer.from('{"half":') }, second!])).toMatchObject({
      facts: 2,
      lookedUp: 1,
      parked: 0,
    });
    await fed.expectRows();
  });

  it('is noted when it says nothing at all, and holds up nothing', async () => {
    await fed.open({ a1: [1, 2] });
    const [first, second] = await messagesOf(fed.house);
    const damaged = { offset: '0', value: Buffer.from([0, 255]) };
    expect(await (await fed.share()).take([damaged, { ...second!, offset: '1' }])).toMatchObject({
      facts: 2,
      parked: 1,
    });
    expect(first).toBeDefined();
    await fed.expectRows();
    expect(await listHeld(fed.house, 10)).toMatchObject([{ streamId: 'facts/0@0', revision: -1, waiting: 0 }]);
    expect((await repairHeld(await fed.needsWith(), 'spec')).mended).toEqual(['facts/0@0']);
  });

  it('may speak of a fact that the log does not hold: its stream waits for it', async () => {
    await fed.open({ a1: [1], b1: [2] });
    const [first, second] = await messagesOf(fed.house);
    const ahead = { ...first!, headers: { fact: 'tab-a1@3' }, value: Buffer.from('') };
    const taken = await (await fed.share()).take(inARow([first!, ahead, second!]));
    expect(taken).toMatchObject({ facts: 2, parked: 1 });
    const [held] = await listHeld(fed.house, 10);
    expect(held).toMatchObject({ streamId: 'tab-a1', revision: 1, error: 'The log holds no revision 1.' });
    await fed.put('a1', 2, 3, 4);
    expect((await repairHeld(await fed.needsWith(), 'spec')).mended).toEqual(['tab-a1']);
    await fed.house.readable(5);
    await fed.expectRows();
  });
});
