import { rebuild } from '#libs/platform/read-models/rebuild';
import { tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import type { FeedNeeds } from './feed-share';
import { FeedShare } from './feed-share';
import { listHeld, repairHeld } from './feed-repair';
import { tabPublishing } from './testing/bus';
import { FedHouse } from './testing/fed-house';
import { inARow, messagesOf, type TopicMessage } from './testing/messages';

/** The log as it was, whose last facts are in the topic; and as it is, after it was restored to before them. */
let lost: FedHouse;
let fed: FedHouse;

beforeEach(async () => {
  lost = await FedHouse.open();
  fed = await FedHouse.open();
});
afterEach(async () => {
  await lost.house.close();
  await fed.house.close();
});

const restored = async (before: readonly number[], ghosts: readonly number[], after: readonly number[]) => {
  await lost.open({ a1: [...before, ...ghosts] });
  await fed.open({ a1: before });
  await fed.put('a1', ...after);
  await fed.house.readable(before.length + after.length);
  const own = await messagesOf(fed.house);
  return {
    before: own.slice(0, before.length),
    ghosts: (await messagesOf(lost.house)).slice(before.length),
    after: own.slice(before.length),
  };
};

const rebuildAll = async (): Promise<void> => {
  const { source, store } = fed.house;
  await rebuild({ source, store, catalogue: tabCatalogue }, tabProjections);
};

const heldStreams = async (): Promise<readonly object[]> => listHeld(fed.house, 10);
const astray = (revision: number) => ({
  streamId: 'tab-a1',
  revision,
  error: `The log does not hold what was dealt with as revision ${revision}.`,
});

describe('a fact that the log has lost', () => {
  it('is passed over when the one that came instead is among the same messages', async () => {
    const { before, ghosts, after } = await restored([5], [100, 200], [7]);
    const share = await fed.share();
    await share.take(before);
    await share.take(inARow([...ghosts, ...after], 1));
    expect(fed.house.reports).toEqual(['feed-contradicted']);
    await fed.expectRows();
    await fed.put('a1', 9);
    await fed.house.readable(3);
    await share.take(inARow((await messagesOf(fed.house)).slice(2), 4));
    await fed.expectRows();
  });

  it('is passed over when the one that came instead has been dealt with', async () => {
    const { before, ghosts, after } = await restored([5], [100, 200], [7]);
    const share = await fed.share();
    await share.take(inARow([...before, ...after]));
    await share.take(inARow(ghosts, 2));
    expect(await heldStreams()).toEqual([]);
    await fed.expectRows();
  });

  it.each<[string, readonly number[], readonly number[], number]>([
    ['in its place', [100], [7], 1],
    ['below it', [100, 200, 300], [7, 8], 3],
  ])('and was dealt with holds up its stream when another comes %s, until the tables are made anew', async (...row) => {
    const [, lostAmounts, amounts, revision] = row;
    const { before, ghosts, after } = await restored([5], lostAmounts, amounts);
    const share = await fed.share();
    await share.take(inARow([...before, ...ghosts]));
    await share.take(inARow(after, 1 + ghosts.length));
    expect(fed.house.reports).toContain('feed-parked');
    expect(await heldStreams()).toMatchObject([astray(revision)]);
    expect(await repairHeld(await fed.needsWith(), 'spec')).toEqual({ mended: [], stillHeld: ['tab-a1'] });
    await fed.put('a1', 1);
    await fed.house.readable(2 + after.length);
    await rebuildAll();
    await fed.put('a1', 3);
    await fed.house.readable(3 + after.length);
    const later = (await messagesOf(fed.house)).slice(1 + after.length);
    await (await fed.share()).take(inARow(later, 1 + ghosts.length + after.length));
    expect(await repairHeld(await fed.needsWith(), 'spec')).toEqual({ mended: ['tab-a1'], stillHeld: [] });
    await fed.expectRows();
  });

  it('and that came in outline is told from the one in its place', async () => {
    const publishing = { ...tabPublishing, withheld: { TabPut: ['amount'] } };
    const { before } = await restored([5], [100], [7]);
    const ghosts = (await messagesOf(lost.house, publishing)).slice(1);
    const after = (await messagesOf(fed.house, publishing)).slice(1);
    const share = await fed.share();
    await share.take(inARow([...before, ...after]));
    await share.take(inARow(ghosts, 2));
    expect(fed.house.reports).toEqual(['feed-contradicted']);
    await fed.expectRows();
  });

  it('is had by policies, who then get what the log holds instead', async () => {
    const { before, ghosts, after } = await restored([5], [100], [7]);
    const had: string[] = [];
    const needs: FeedNeeds = {
      ...(await fed.needsWith()),
      target: {
        ready: () => Promise.resolve(true),
        before: (facts) => Promise.resolve(void had.push(...facts.map(({ eventId }) => eventId))),
        within: () => Promise.resolve([]),
        reached: () => Promise.resolve(),
      },
    };
    const share = new FeedShare(needs, { feed: 'policies', topic: 'facts', partition: 0 });
    await share.take(inARow([...before, ...ghosts]));
    await share.take(inARow(after, 2));
    expect((await repairHeld(needs, 'policies')).mended).toEqual(['tab-a1']);
    const ids = (await fed.house.facts()).map(({ eventId }) => eventId);
    expect(had.slice(-2)).toEqual(ids);
  });
});

describe('facts that come again', () => {
  const tip = async (change: string): Promise<void> => {
    await fed.house.source.query(`UPDATE read.feed_streams SET ${change}`);
  };
  const again = async (from: readonly TopicMessage[]): Promise<void> => {
    await (await fed.share()).take(inARow(from, 10));
    expect(fed.house.reports.filter((each) => each !== 'feed-fell-off-topic')).toEqual([]);
    await fed.expectRows();
  };

  it('contradict nothing, wherever they come from', async () => {
    await fed.open({ a1: [1, 2, 3], b1: [4] });
    const messages = await messagesOf(fed.house);
    await (await fed.share()).take(messages);
    await again(messages);
    await again([...messages, ...messages]);
  });

  it('contradict no tip that an older program has noted', async () => {
    await fed.open({ a1: [1, 2, 3] });
    const messages = await messagesOf(fed.house);
    await (await fed.share()).take(messages);
    await tip('last_event = NULL');
    await again(messages);
    await tip(`last_event = '1:another'`);
    await again(messages);
  });
});
