import { logStart, type EventStore, type StoredEvent } from '#libs/platform/event-store/event-store';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { LoggedFact } from '#libs/platform/runtime/fact';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { appendOf, facts, tipOf } from '#libs/platform/testing/event-store.fixtures';
import type { VersionedFact } from './arrival';
import { factsBetween, factsOf, lookUp } from './feed-look-up';
import type { Step } from './feed-sorting';

/** A log in memory that notes what is read of it, and holds no event of a stream from some revision on. */
class NotedStore extends MemoryEventStore {
  readonly reads: (readonly [streamId: string, from: number, limit: number])[] = [];
  endsAt = Infinity;
  asked = 0;
  mostAsked = 0;

  override async readStream(streamId: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    this.reads.push([streamId, from, limit]);
    this.mostAsked = Math.max(this.mostAsked, ++this.asked);
    await new Promise((resolve) => setImmediate(resolve));
    this.asked -= 1;
    return (await super.readStream(streamId, from, limit)).filter(({ revision }) => revision < this.endsAt);
  }
}

let store: NotedStore;
beforeEach(() => {
  store = new NotedStore();
});

const needs = (log: Pick<EventStore, 'readStream' | 'readAll'> = store) => ({ store: log, catalogue: tabCatalogue });
const fill = async (streamId: string, count: number): Promise<void> => {
  const { tip } = await store.load(streamId);
  tipOf(await store.append(appendOf({ streamId, expected: tip, events: facts(count) })));
};
const shown = (found: readonly VersionedFact[]): string[] =>
  found.map(({ streamId, revision }) => `${streamId}@${revision}`);
const missing = (streamId: string, from: number, to: number): Step => ({ kind: 'look-up', streamId, from, to });
const taking = async (streamId: string, revision: number): Promise<Step> => {
  const [event] = await store.readStream(streamId, revision, 1);
  return { kind: 'take', fact: new LoggedFact(event!, tabCatalogue) };
};

describe('facts of one stream', () => {
  it('are found from one revision to another, both included', async () => {
    await fill('tab-a', 5);
    expect(shown(await lookUp(needs(), 'tab-a', 1, 3))).toEqual(['tab-a@1', 'tab-a@2', 'tab-a@3']);
    expect(store.reads).toEqual([['tab-a', 1, 3]]);
  });

  it('are fewer where the log does not go that far, and none of a stream that is not there', async () => {
    await fill('tab-a', 2);
    expect(shown(await lookUp(needs(), 'tab-a', 1, 9))).toEqual(['tab-a@1']);
    expect(await lookUp(needs(), 'tab-b', 0, 9)).toEqual([]);
  });

  it('are read page by page, none twice', async () => {
    await fill('tab-a', 2_300);
    const found = await lookUp(needs(), 'tab-a', 100, 2_250);
    expect(found.map(({ revision }) => revision)).toEqual(Array.from({ length: 2_151 }, (_, index) => 100 + index));
    expect(store.reads).toEqual([
      ['tab-a', 100, 1_000],
      ['tab-a', 1_100, 1_000],
      ['tab-a', 2_100, 151],
    ]);
  });

  it('end before a hole: nothing is taken for what it is not', async () => {
    await fill('tab-a', 4);
    const holed = {
      readAll: store.readAll.bind(store),
      readStream: async (id: string, from: number, limit: number) =>
        (await store.readStream(id, from, limit)).filter(({ revision }) => revision !== 1),
    };
    expect(await lookUp(needs(holed), 'tab-a', 1, 3)).toEqual([]);
  });
});

describe('what steps lead to', () => {
  it('is in the order of the steps, whoever answers first', async () => {
    await fill('tab-a', 4);
    await fill('tab-b', 3);
    const steps = [missing('tab-a', 0, 1), await taking('tab-a', 2), missing('tab-b', 1, 2), await taking('tab-a', 3)];
    const { facts: found, lookedUp, stuck } = await factsOf(needs(), steps);
    expect(shown(found)).toEqual(['tab-a@0', 'tab-a@1', 'tab-a@2', 'tab-b@1', 'tab-b@2', 'tab-a@3']);
    expect([lookedUp, stuck]).toEqual([4, []]);
  });

  it('names every stream whose facts the log does not hold, and from where', async () => {
    await fill('tab-a', 6);
    store.endsAt = 3;
    const { facts: found, lookedUp, stuck } = await factsOf(needs(), [missing('tab-a', 1, 5), missing('tab-b', 0, 0)]);
    expect(shown(found)).toEqual(['tab-a@1', 'tab-a@2']);
    expect(lookedUp).toBe(2);
    expect(stuck).toEqual([
      { streamId: 'tab-a', revision: 3, reaches: 5, eventId: '', error: 'The log holds no revision 3.' },
      { streamId: 'tab-b', revision: 0, reaches: 0, eventId: '', error: 'The log holds no revision 0.' },
    ]);
  });

  it('asks for different streams side by side, but for so many at once', async () => {
    const streams = Array.from({ length: 300 }, (_, index) => `tab-${index}`);
    for (const streamId of streams) await fill(streamId, 1);
    const { facts: found } = await factsOf(
      needs(),
      streams.map((streamId) => missing(streamId, 0, 0)),
    );
    expect(shown(found)).toEqual(streams.map((streamId) => `${streamId}@0`));
    expect(store.mostAsked).toBe(256);
  });

  it('is nothing, and asks nobody, without steps', async () => {
    expect(await factsOf(needs(), [])).toEqual({ facts: [], lookedUp: 0, stuck: [] });
    expect(store.reads).toEqual([]);
  });
});

describe('facts between two places of the log', () => {
  it('leave out both places', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await fill(`tab-${id}`, 1);
    const all = await store.readAll(logStart, 9);
    expect(shown(await factsBetween(needs(), all[0]!, all[3]!))).toEqual(['tab-b@0', 'tab-c@0']);
    expect(await factsBetween(needs(), all[1]!, all[2]!)).toEqual([]);
  });

  it('come at most a page at a time', async () => {
    await fill('tab-a', 1_200);
    const end = { xid: Infinity, position: Infinity };
    const first = await factsBetween(needs(), logStart, end);
    const second = await factsBetween(needs(), first.at(-1)!.place, end);
    expect([first.length, second.length]).toEqual([1_000, 200]);
    expect(await factsBetween(needs(), second.at(-1)!.place, end)).toEqual([]);
  });
});
