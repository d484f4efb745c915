import fc from 'fast-check';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { fold } from '#libs/platform/kernel/decider';
import { CachedCommandRunner, defaultRunnerSettings } from './cached-command-runner';
import { VirtualClock } from './clock';
import type { Outcome } from './command-runner';
import { decodeEvent } from './event-codec';
import { onTab, tabCatalogue, tabDecider, tabs } from './testing/tab';
import type { Tab, TabCommand, TabEvent, TabRefusal } from './testing/tab';
import { UnreliableStore } from './testing/unreliable-store';
import type { Fate } from './testing/unreliable-store';

/** One request as a client makes it: to one of two processes, under a key, sent again until it is answered. */
interface Request {
  readonly process: 0 | 1;
  readonly tab: string;
  readonly command: TabCommand;
  readonly key: string;
  readonly delay: number;
}

const settings = { ...defaultRunnerSettings, snapshotEvery: 5, cache: { maxStates: 2, maxBytes: 1_000_000 } };

const commands: fc.Arbitrary<TabCommand> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    amount: fc.integer({ min: 1, max: 9 }),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('pay' as const), amount: fc.integer({ min: 1, max: 12 }) }),
  fc.constant({ kind: 'look' as const }),
);

const requests: fc.Arbitrary<readonly Request[]> = fc
  .array(
    fc.record({
      tab: fc.constantFrom('A', 'B', 'C'),
      command: commands,
      sent: fc.array(fc.record({ process: fc.constantFrom(0 as const, 1 as const), delay: fc.nat(6) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    { maxLength: 25 },
  )
  .map((made) =>
    made.flatMap(({ tab, command, sent }, index) => sent.map((each) => ({ tab, command, key: `k${index}`, ...each }))),
  );

const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Fate>('works') },
    { weight: 1, arbitrary: fc.constantFrom<Fate>('lost', 'answer-lost') },
  ),
  { minLength: 1, maxLength: 40 },
);

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const untilAnswered = async (send: () => Promise<Outcome<TabRefusal>>): Promise<Outcome<TabRefusal>> => {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await turns(1);
    }
  }
};

const historyOf = async (log: MemoryEventStore, tab: string): Promise<readonly Tab[]> => {
  const events = (await log.readStream(`tab-${tab}`, 0, 10_000)).map((each) =>
    decodeEvent<TabEvent>(tabCatalogue, each),
  );
  return [
    tabDecider.initial(tab),
    ...events.map((_, index) => fold(tabDecider, tabDecider.initial(tab), events.slice(0, index + 1))),
  ];
};

const run = async (made: readonly Request[], fated: readonly Fate[]) => {
  const log = new MemoryEventStore();
  let calls = 0;
  const store = new UnreliableStore(log, () => fated[calls++] ?? 'works');
  const clock = new VirtualClock(0);
  const processes = [
    new CachedCommandRunner(store, clock, settings),
    new CachedCommandRunner(store, clock, settings),
  ] as const;
  const outcomes = await Promise.all(
    made.map(async (request) => {
      await turns(request.delay);
      return {
        request,
        outcome: await untilAnswered(() =>
          processes[request.process].execute(onTab(request.tab, request.command, request.key)),
        ),
      };
    }),
  );
  store.fate = () => 'works';
  return { log, processes, outcomes };
};

describe('any interleaving of two processes over a store that fails now and then', () => {
  it('comes to the states that the commands have one after the other, each key once', () =>
    fc.assert(
      fc.asyncProperty(requests, fates, async (made, fated) => {
        const { log, outcomes } = await run(made, fated);
        for (const tab of ['A', 'B', 'C']) {
          const history = await historyOf(log, tab);
          const accepted = new Map<string, { revision: number; facts: number; balance: number; command: TabCommand }>();
          for (const { request, outcome } of outcomes) {
            if (request.tab !== tab || outcome.kind !== 'answered') continue;
            const body = JSON.parse(outcome.body) as { revision: number; facts: number; balance: number };
            const known = accepted.get(request.key);
            if (known !== undefined) expect({ ...body, command: request.command }).toEqual(known);
            accepted.set(request.key, { ...body, command: request.command });
          }
          // Every fact belongs to exactly one accepted key, and every answer says what the log says at its revision.
          const facts = [...accepted.values()].reduce((sum, each) => sum + each.facts, 0);
          expect(history).toHaveLength(facts + 1);
          for (const each of accepted.values()) {
            expect(history[each.revision + 1]?.balance).toBe(each.balance);
            if (each.command.kind === 'put') expect(each.facts).toBe(each.command.times);
          }
          expect(history.every((state) => state.balance >= 0)).toBe(true);
        }
      }),
      { numRuns: 150 },
    ));

  it('refuses only what some state on the way had too little for, and stores no refusal', () =>
    fc.assert(
      fc.asyncProperty(requests, async (made) => {
        const { log, outcomes } = await run(made, []);
        for (const { request, outcome } of outcomes) {
          if (outcome.kind !== 'refused' || request.command.kind !== 'pay') continue;
          const { amount } = request.command;
          expect((await historyOf(log, request.tab)).some((state) => state.balance < amount)).toBe(true);
          const accepted = outcomes.some(
            (other) => other.request.key === request.key && other.outcome.kind === 'answered',
          );
          expect((await log.findCommand('till-1', request.key)) !== undefined).toBe(accepted);
        }
      }),
      { numRuns: 60 },
    ));

  it('leaves both processes with the state that a fresh one reads', () =>
    fc.assert(
      fc.asyncProperty(requests, fates, async (made, fated) => {
        const { log, processes } = await run(made, fated);
        for (const runner of processes) runner.invalidate(await log.readAll({ xid: 0, position: 0 }, 10_000));
        const fresh = new CachedCommandRunner(log, new VirtualClock(0), settings);
        for (const tab of ['A', 'B', 'C']) {
          const expected = await fresh.current(tabs, tab);
          for (const runner of processes) expect(await runner.current(tabs, tab)).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    ));
});
