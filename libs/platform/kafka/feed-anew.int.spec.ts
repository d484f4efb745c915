import { trade } from '#libs/platform/read-models/testing/tab-house';
import { FedHouse } from './testing/fed-house';
import { inARow, messagesOf, movedBy } from './testing/messages';

let fed: FedHouse;

beforeEach(async () => {
  fed = await FedHouse.open();
});
afterEach(() => fed.house.close());

/** Two thirds of what is traded are fed from one topic, of which the last third is then gone. */
const inTwoThirds = async () => {
  await fed.house.readable(await trade(fed.house, 90));
  const all = await messagesOf(fed.house);
  const third = Math.floor(all.length / 3);
  await (await fed.share()).take(all.slice(0, third), third);
  return { third, all, later: inARow(all.slice(2 * third)) };
};

const fellOff = ['feed-fell-off-topic'];

describe('a topic that was made anew', () => {
  it('is noticed while it is shorter than what was dealt with; what it lacks comes from the log', async () => {
    const { third, later } = await inTwoThirds();
    const share = await fed.share();
    expect(await share.begin()).toBe(third - 1);
    const few = later.slice(0, third - 5);
    expect(await share.take(few, few.length)).toEqual({ readFrom: third - 1 });
    expect(await share.take(few, few.length)).toMatchObject({ facts: few.length, duplicates: 0 });
    expect(await share.take(later.slice(few.length), later.length)).toMatchObject({ facts: later.length - few.length });
    expect(fed.house.reports).toEqual(fellOff);
    await fed.expectRows();
  });

  it('is noticed when it is longer by what stands where the last message stood', async () => {
    const { third, all } = await inTwoThirds();
    const later = movedBy(all.slice(2 * third), third - 3 - 2 * third);
    const share = await fed.share();
    const from = await share.begin();
    expect(await share.take(later.filter(({ offset }) => Number(offset) >= from))).toMatchObject({ duplicates: 0 });
    expect(fed.house.reports).toEqual(fellOff);
    await fed.expectRows();
  });

  it('is noticed when it does not show any more what stood there', async () => {
    const { third, all } = await inTwoThirds();
    const later = movedBy(all.slice(2 * third), -third);
    const share = await fed.share();
    await share.begin();
    expect(await share.take(later)).toEqual({ readFrom: third - 1 });
    expect(await share.take(later)).toMatchObject({ facts: later.length });
    expect(fed.house.reports).toEqual(fellOff);
    await fed.expectRows();
  });

  it('may begin with how far the log had been published', async () => {
    await fed.open({ a1: [1, 2, 3] });
    const messages = await messagesOf(fed.house);
    await (await fed.share()).take(messages.slice(0, 2), 2);
    const place = JSON.parse(String(messages[2]!.value)) as { logxid: string; logposition: string };
    const { logxid, logposition } = place;
    const value = Buffer.from(JSON.stringify({ type: 'regulars.LogReached', logxid, logposition }));
    const share = await fed.share();
    await share.begin();
    await share.take([{ offset: '0', value }], 1);
    await share.take([{ offset: '0', value }], 1);
    await fed.expectRows();
  });

  it('may hold everything once more', async () => {
    const { third, all } = await inTwoThirds();
    const share = await fed.share();
    await share.begin();
    const [reached] = movedBy(all.slice(third), -third);
    const again = inARow([reached!, ...all]);
    await share.take(again, again.length);
    expect(fed.house.reports).toEqual(fellOff);
    await fed.expectRows();
  });

  it('is seen by whoever had the share before, too', async () => {
    const { third, all, later } = await inTwoThirds();
    const [one, other] = [await fed.share(), await fed.share()];
    await one.begin();
    await other.begin();
    await one.take(later.slice(0, 1), 1);
    await one.take(later.slice(0, 1), 1);
    await one.take(later.slice(1), later.length);
    await other.take(all.slice(third - 1, third), third);
    await other.take(later, later.length);
    await fed.expectRows();
  });
});

describe('the same topic', () => {
  it('is known again by the last message, and nothing is looked up', async () => {
    const { third, all } = await inTwoThirds();
    const share = await fed.share();
    const from = await share.begin();
    expect(await share.take(all.slice(from), all.length)).toMatchObject({ facts: all.length - third, lookedUp: 0 });
    expect(fed.house.reports).toEqual([]);
    await fed.expectRows();
  });

  it('may have been longer than somebody knew who comes too late', async () => {
    const { third, all } = await inTwoThirds();
    expect(await (await fed.share()).take(all.slice(0, 5), third - 5)).toEqual({ readFrom: third - 1 });
    expect(fed.house.reports).toEqual([]);
  });

  it('is trusted where a program that left no mark was at work', async () => {
    const { third, all } = await inTwoThirds();
    const older = 'UPDATE read.feed_offsets SET next_offset = $1, mark = $2';
    for (const mark of [null, `${third - 3}:0123456789abcdef`]) {
      await fed.house.source.query(older, [third, mark]);
      const share = await fed.share();
      expect(await share.begin()).toBe(third);
      await share.take(all.slice(third), all.length);
    }
    expect(fed.house.reports).toEqual([]);
    await fed.expectRows();
  });
});
