import fc from 'fast-check';
import { logStart } from '#libs/platform/event-store/event-store';
import { factOf } from '#libs/platform/runtime/testing/facts';
import type { Arrival, ReceivedFact } from './arrival';
import type { Tip } from './feed-store';
import { sorted, type Known, type Step } from './feed-sorting';

const fact = (streamId: string, revision: number, place = 1): Arrival => {
  const made = { ...factOf(streamId, { type: 'TabPut', at: 0, data: {} }, place), revision };
  return { kind: 'fact', fact: made as unknown as ReceivedFact };
};
const pointer = (streamId: string, revision: number): Arrival => ({ kind: 'pointer', streamId, revision });
const nothingKnown: Known = { tipOf: () => undefined, isParked: () => false };

/** `a0` for a fact that is taken, `a1-3` for facts that are looked up. */
const shown = (steps: readonly Step[]): string[] =>
  steps.map((step) =>
    step.kind === 'take' ? `${step.fact.streamId}${step.fact.revision}` : `${step.streamId}${step.from}-${step.to}`,
  );

it.each([
  ['in order', [fact('a', 0), fact('b', 0), fact('a', 1)], ['a0', 'b0', 'a1'], 0],
  ['twice', [fact('a', 0), fact('a', 0), fact('a', 1), fact('a', 0)], ['a0', 'a1'], 2],
  ['with some missing', [fact('a', 0), fact('a', 3)], ['a0', 'a1-2', 'a3'], 0],
  ['from the middle', [fact('a', 2), fact('a', 1), fact('a', 3)], ['a0-1', 'a2', 'a3'], 1],
  ['in outline', [pointer('a', 0), pointer('a', 2), fact('a', 3)], ['a0-0', 'a1-2', 'a3'], 0],
])('takes what comes %s', (_, arrivals, steps, duplicates) => {
  const result = sorted(arrivals, nothingKnown, logStart);
  expect(shown(result.steps)).toEqual(steps);
  expect(result.duplicates).toBe(duplicates);
});

describe('another event at the same revision', () => {
  const other = (made: Arrival): Arrival =>
    made.kind === 'fact' ? { kind: 'fact', fact: { ...made.fact, eventId: 'ghost' } as unknown as ReceivedFact } : made;
  const tips = (tip: Tip): Known => ({ tipOf: () => tip, isParked: () => false });
  const told = (known: Known, ...arrivals: readonly Arrival[]): readonly unknown[] => {
    const { contradicted, doubtful } = sorted(arrivals, known, logStart);
    return [[...contradicted], [...doubtful]];
  };

  it('contradicts what was dealt with, or comes with it', () => {
    expect(told(tips({ revision: 2, eventId: 'e' }), other(fact('a', 2)))).toEqual([['a'], []]);
    expect(told(nothingKnown, fact('a', 0), fact('a', 1), other(fact('a', 0)))).toEqual([['a'], []]);
    expect(told(nothingKnown, fact('a', 0), fact('a', 1), fact('a', 0))).toEqual([[], []]);
    expect(told(tips({ revision: 2 }), other(fact('a', 2)))).toEqual([[], []]);
    expect(told(tips({ revision: 2, eventId: 'e' }), pointer('a', 2))).toEqual([[], []]);
  });

  it('may be what comes below the last one, which is then compared with the log, once', () => {
    expect(told(tips({ revision: 2, eventId: 'e' }), fact('a', 1))).toEqual([[], ['a']]);
    expect(told(tips({ revision: 2, eventId: 'e', isLogged: true }), fact('a', 1))).toEqual([[], []]);
    expect(told(tips({ revision: 2 }), fact('a', 1))).toEqual([[], []]);
  });
});

it('goes on from what is known', () => {
  const known: Known = { tipOf: (id) => (id === 'a' ? { revision: 4 } : undefined), isParked: (id) => id === 'c' };
  const arrivals = [fact('a', 4), fact('c', 2), fact('a', 5), fact('c', 1), fact('b', 0), pointer('c', 3)];
  const { steps, duplicates, waiting } = sorted(arrivals, known, logStart);
  expect(shown(steps)).toEqual(['a5', 'b0']);
  expect(duplicates).toBe(1);
  expect([...waiting]).toEqual([['c', 3]]);
});

it('knows the furthest place, and which messages say nothing', () => {
  const arrivals: Arrival[] = [
    fact('a', 0, 5),
    { kind: 'unreadable', error: 'torn' },
    { kind: 'reached', place: { xid: 9, position: 9 } },
    { kind: 'foreign' },
    fact('a', 1, 7),
  ];
  const { place, unreadable } = sorted(arrivals, nothingKnown, logStart);
  expect(place).toEqual({ xid: 9, position: 9 });
  expect(unreadable).toEqual([{ index: 1, error: 'torn' }]);
  expect(sorted([], nothingKnown, { xid: 3, position: 3 }).place).toEqual({ xid: 3, position: 3 });
});

it('covers every revision once and in order, whatever comes', () => {
  const arrival = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(12), fc.boolean());
  fc.assert(
    fc.property(fc.array(arrival), fc.integer({ min: -1, max: 5 }), (made, tip) => {
      const arrivals = made.map(([id, revision, whole]) => (whole ? fact(id, revision) : pointer(id, revision)));
      const { steps } = sorted(arrivals, { tipOf: () => ({ revision: tip }), isParked: () => false }, logStart);
      for (const id of ['a', 'b']) {
        const covered = steps.flatMap((step) => {
          if (step.kind === 'take') return step.fact.streamId === id ? [step.fact.revision] : [];
          if (step.streamId !== id) return [];
          return Array.from({ length: step.to - step.from + 1 }, (_, index) => step.from + index);
        });
        const last = Math.max(tip, ...made.filter(([stream]) => stream === id).map(([, revision]) => revision));
        expect(covered).toEqual(Array.from({ length: last - tip }, (_, index) => tip + 1 + index));
      }
    }),
  );
});
