import { logStart } from '#libs/platform/event-store/event-store';
import { factOf } from '#libs/platform/runtime/testing/facts';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import type { VersionedFact } from './arrival';
import type { ParkedStream } from './feed-store';
import { byStream, heldBy, movable, stuckBy, type Work } from './feed-work';

const fact = (streamId: string, revision: number, parts: Partial<VersionedFact> = {}): VersionedFact => ({
  ...factOf(streamId, { type: 'TabPut', at: 0, data: { amount: 1 } }),
  revision,
  schemaVersion: 2,
  eventId: `${streamId}@${revision}`,
  ...parts,
});
const held = (streamId: string, revision: number, parts: Partial<ParkedStream> = {}): ParkedStream => ({
  ...{ streamId, revision, reaches: revision, eventId: `${streamId}@${revision}`, error: 'no luck' },
  ...parts,
});
const workOn = (facts: readonly VersionedFact[], stuck: readonly ParkedStream[]): Work => {
  const state = { nextOffset: 0, epoch: 0, place: logStart };
  return { memory: { state, parked: new Map() }, facts, next: state, waiting: new Map(), stuck: byStream(stuck) };
};
const names = (facts: readonly VersionedFact[]): string[] => facts.map(({ eventId }) => eventId);

const facts = [fact('a', 0), fact('b', 4), fact('a', 1), fact('c', 7), fact('a', 2), fact('b', 5)];

describe('what can be taken', () => {
  it('is everything while nothing is stuck, in its order', () => expect(movable(workOn(facts, []))).toEqual(facts));

  it('ends in each stream right before the fact that it is stuck at', () =>
    expect(names(movable(workOn(facts, [held('a', 1), held('b', 4)])))).toEqual(['a@0', 'c@7']));

  it('is nothing of a stream that is stuck at a message which nobody could read', () =>
    expect(names(movable(workOn(facts, [held('a', -1)])))).toEqual(['b@4', 'c@7', 'b@5']));
});

describe('a fact that was refused', () => {
  it('holds up its stream up to the last fact at hand', () =>
    expect(heldBy(facts, { eventId: 'a@1', error: 'no luck' })).toEqual({
      ...{ streamId: 'a', revision: 1, reaches: 2, eventId: 'a@1', error: 'no luck' },
    }));

  it('reaches no further than itself when it is the last', () =>
    expect(heldBy(facts, { eventId: 'c@7', error: 'no luck' })).toMatchObject({ revision: 7, reaches: 7 }));

  it('must be one of those that were given', () =>
    expect(() => heldBy(facts, { eventId: 'd@0', error: 'no luck' })).toThrow(
      'A fact was refused that was not given: d@0.',
    ));
});

describe('streams that cannot go on', () => {
  it('are none where every fact is known', () => expect(stuckBy(facts, [], tabCatalogue).size).toBe(0));

  it('are those with facts of a type or version that a later program brings', () => {
    const given = [
      fact('a', 0),
      fact('a', 1, { type: 'TabSplit', schemaVersion: 1 }),
      fact('a', 2),
      fact('b', 3, { schemaVersion: 9 }),
      fact('c', 0, { schemaVersion: 1 }),
    ];
    expect([...stuckBy(given, [], tabCatalogue).values()]).toEqual([
      held('b', 3, { error: 'This program does not know TabPut of version 9.' }),
      held('a', 1, { reaches: 2, error: 'This program does not know TabSplit of version 1.' }),
    ]);
  });

  it('are stuck at the first of their reasons, whichever kind it is', () => {
    const given = [fact('a', 0, { type: 'TabSplit' }), fact('a', 4), fact('b', 2), fact('b', 6, { type: 'TabSplit' })];
    const stuck = stuckBy(given, [held('a', 3, { error: 'a hole' }), held('b', 1, { error: 'a hole' })], tabCatalogue);
    expect(stuck.get('a')).toMatchObject({ revision: 0, reaches: 4, error: expect.stringContaining('TabSplit') });
    expect(stuck.get('b')).toMatchObject({ revision: 1, reaches: 6, error: 'a hole' });
  });

  it('reach as far as somebody said, or as the facts at hand, whichever is further', () => {
    const stuck = stuckBy([fact('a', 5)], [held('a', 2, { reaches: 9 }), held('b', 1, { reaches: 4 })], tabCatalogue);
    expect([stuck.get('a')?.reaches, stuck.get('b')?.reaches]).toEqual([9, 4]);
  });

  it('keep what is no fact at all where it is', () =>
    expect([...stuckBy([], [held('facts/0@7', -1, { reaches: -1, eventId: '' })], tabCatalogue).values()]).toEqual([
      held('facts/0@7', -1, { reaches: -1, eventId: '' }),
    ]));
});
