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
});
