import fc from 'fast-check';
import { accept, categoryOf, fold, idOf, refuse, streamOf } from './decider';

describe('what a decider answers', () => {
  it('facts, in order', () => expect(accept('a', 'b')).toEqual({ kind: 'accepted', events: ['a', 'b'] }));
  it('no fact at all when everything is so already', () => expect(accept()).toEqual({ kind: 'accepted', events: [] }));
  it('a reason, with a sentence where there is one', () => {
    expect(refuse('in-debt')).toEqual({ kind: 'refused', reason: 'in-debt' });
    expect(refuse('in-debt', 'You owe 5.')).toEqual({ kind: 'refused', reason: 'in-debt', detail: 'You owe 5.' });
  });
});

describe('the name of a stream', () => {
  it.each(['M1', 'a-b-c', ''])('holds its category and its id: "%s"', (id) => {
    const stream = streamOf('care_contact', id);
    expect([categoryOf(stream), idOf(stream)]).toEqual(['care_contact', id]);
  });
});

it('ids of streams never meet, whatever stands in them', () =>
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z]+(_[a-z]+)*$/),
      fc.string(),
      fc.stringMatching(/^[a-z_]+$/),
      fc.string(),
      (a, id, b, other) => {
        expect([categoryOf(streamOf(a, id)), idOf(streamOf(a, id))]).toEqual([a, id]);
        expect(streamOf(a, id) === streamOf(b, other)).toBe(a === b && id === other);
      },
    ),
  ));

describe('a fold', () => {
  const counting = {
    evolve: (seen: readonly string[], event: { type: string }): readonly string[] => [...seen, event.type],
  };
  const fact = (type: string) => ({ type, at: 0, data: {} });
  it('applies facts in order', () =>
    expect(fold(counting, ['start'], [fact('a'), fact('b')])).toEqual(['start', 'a', 'b']));
  it('of nothing is the state itself', () => {
    const state: readonly string[] = [];
    expect(fold(counting, state, [])).toBe(state);
  });

  it('is the same in one go or in two, from wherever it goes on', () =>
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(), (types, at) => {
        const facts = types.map(fact);
        const cut = at % (facts.length + 1);
        expect(fold(counting, fold(counting, [], facts.slice(0, cut)), facts.slice(cut))).toEqual(types);
      }),
    ));
});
