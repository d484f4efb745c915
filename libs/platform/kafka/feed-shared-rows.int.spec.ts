import type { AnyProjection } from '#libs/platform/read-models/projection';
import { storedRows } from '#libs/platform/read-models/testing/tab-house';
import { tabBalance, tabDays, type TabDayRow } from '#libs/platform/read-models/testing/tab-rows';
import { listHeld } from './feed-repair';
import type { FeedNeeds } from './feed-share';
import { FeedShare } from './feed-share';
import { FedHouse } from './testing/fed-house';
import { inARow, messagesOf } from './testing/messages';

let fed: FedHouse;

beforeEach(async () => {
  fed = await FedHouse.open();
});
afterEach(() => fed.house.close());

/** One row that everybody shares adds up all amounts, in a column for whole numbers of 32 bits. */
const sums: AnyProjection = {
  ...tabDays,
  keysOf: () => [['all', '2026-03-01']],
  on: {
    TabPut: (row: TabDayRow | undefined, { data }: { readonly data: { readonly amount: number } }) => ({
      ...{ scope: 'all', day: '2026-03-01' },
      facts: (row?.facts ?? 0) + data.amount,
    }),
  },
};

const tooMuch = 3_000_000_000;

/** A share that counts how often its target was given facts. */
const counting = async (): Promise<{ readonly share: FeedShare; readonly rounds: () => number }> => {
  const needs = await fed.needsWith([tabBalance, sums]);
  let rounds = 0;
  const { target } = needs;
  const within: FeedNeeds['target']['within'] = (facts, send) => {
    rounds += 1;
    return target.within(facts, send);
  };
  const counted: FeedNeeds['target'] = {
    ready: () => target.ready(),
    before: (facts) => target.before(facts),
    reached: (place) => target.reached(place),
    within,
  };
  const share = new FeedShare({ ...needs, target: counted }, { feed: 'spec', topic: 'facts', partition: 0 });
  return { share, rounds: () => rounds };
};

const sum = async (): Promise<number | undefined> =>
  ([...(await storedRows(fed.house.source, sums)).values()][0] as TabDayRow | undefined)?.facts;

const innocent = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, [1]]));

describe('a value that a row shared by many cannot hold', () => {
  it('holds up its own stream and nobody else, found in one transaction', async () => {
    await fed.open({ a0: [1], poison: [tooMuch], ...innocent(60) });
    const { share, rounds } = await counting();
    expect(await share.take(await messagesOf(fed.house))).toMatchObject({ facts: 61, parked: 1 });
    expect(await listHeld(fed.house, 100)).toMatchObject([{ streamId: 'tab-poison', error: expect.any(String) }]);
    expect(rounds()).toBe(2);
    expect(await sum()).toBe(61);
  });

  it('is found beside what the row held before, wherever it stands', async () => {
    await fed.open({ a0: [2_000_000_000], a1: [5], poison: [tooMuch], ...innocent(9) });
    const messages = await messagesOf(fed.house);
    const { share } = await counting();
    await share.take(messages.slice(0, 1));
    const rest = messages.slice(1);
    await share.take(inARow([...rest.slice(1), rest[0]!], 1));
    expect((await listHeld(fed.house, 100)).map(({ streamId }) => streamId)).toEqual(['tab-poison']);
    expect(await sum()).toBe(2_000_000_014);
  });

  it('may be several, each held up by itself', async () => {
    await fed.open({ p0: [tooMuch, 1], ...innocent(20), p1: [1, tooMuch] });
    const { share } = await counting();
    expect(await share.take(await messagesOf(fed.house))).toMatchObject({ facts: 21, parked: 2 });
    expect(await listHeld(fed.house, 100)).toMatchObject([
      { streamId: 'tab-p0', revision: 0, waiting: 2 },
      { streamId: 'tab-p1', revision: 1, waiting: 1 },
    ]);
    expect(await sum()).toBe(21);
  });
});
