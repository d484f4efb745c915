import fc from 'fast-check';
import { logStart, type StoredEvent } from '#libs/platform/event-store/event-store';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { factOf } from '#libs/platform/runtime/testing/facts';
import type { Arrival, ReceivedFact } from './arrival';
import { settled } from './feed-dispute';
import { factsOf } from './feed-look-up';
import { sorted } from './feed-sorting';
import type { Tip } from './feed-store';

const fact = (revision: number, eventId: string): Arrival => {
  const made = { ...factOf('a', { type: 'TabPut', at: 0, data: {} }), revision, eventId };
  return { kind: 'fact', fact: made as unknown as ReceivedFact };
};
const logOf = (length: number) => ({
  readStream: (streamId: string, from: number, limit: number) =>
    Promise.resolve(
      Array.from({ length }, (_, revision) => ({ streamId, revision, eventId: `log${revision}` }) as StoredEvent).slice(
        from,
        from + limit,
      ),
    ),
  readAll: () => Promise.resolve([]),
});
const settle = (arrivals: readonly Arrival[], tip: Tip | undefined, logged: number) => {
  const sorting = sorted(arrivals, { tipOf: () => tip, isParked: () => false }, logStart);
  return settled({ store: logOf(logged) }, sorting, new Map(tip === undefined ? [] : [['a', tip]]));
};

it('leaves alone what nothing contradicts', async () => {
  const { steps, wrong } = await settle([fact(1, 'log1'), fact(2, 'log2')], { revision: 1, eventId: 'log1' }, 3);
  expect(steps.map(({ kind }) => kind)).toEqual(['take']);
  expect(wrong).toEqual([]);
});

it.each([
  ['another event', 5, { revision: 3, eventId: 'ghost' }],
  ['no event at all', 3, { revision: 3, eventId: 'ghost' }],
])('holds up a stream where the log has %s than what was dealt with', async (_, logged, tip) => {
  expect((await settle([fact(3, 'log3'), fact(4, 'log4')], tip, logged)).wrong).toMatchObject([{ revision: 3 }]);
  expect((await settle([fact(2, 'log2')], tip, logged)).wrong).toMatchObject([{ streamId: 'a', revision: 3 }]);
});

it('takes what the log holds, whatever it lost is in the topic before what came instead', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 2 }),
      async (dealtWith, ghosts, own, times) => {
        const tip = dealtWith < 0 ? undefined : { revision: dealtWith, eventId: `log${dealtWith}` };
        const run = (length: number, name: string): readonly Arrival[] =>
          Array.from({ length: length * times }, (_, index) => dealtWith + 1 + (index % length)).map((revision) =>
            fact(revision, `${name}${revision}`),
          );
        const logged = dealtWith + 1 + own;
        const { steps, wrong } = await settle([...run(ghosts, 'ghost'), ...run(own, 'log')], tip, logged);
        const { facts, stuck } = await factsOf({ store: logOf(logged), catalogue: tabCatalogue }, steps);
        expect([wrong, stuck]).toEqual([[], []]);
        expect(facts.map(({ eventId }) => eventId)).toEqual(
          Array.from({ length: own }, (_, index) => `log${dealtWith + 1 + index}`),
        );
      },
    ),
  ));
