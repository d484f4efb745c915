import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { CachedCommandRunner, defaultRunnerSettings } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { UnreliableStore } from './unreliable-store';

/** Settings with a small cache, which is quickly made. */
export const smallSettings = { ...defaultRunnerSettings, cache: { maxStates: 1_000, maxBytes: 10_000_000 } };

/** A runner on a log in memory, over a store that can be made to fail. The clock stands at 5,000. */
export const runnerFixture = (settings = smallSettings) => {
  const log = new MemoryEventStore();
  const store = new UnreliableStore(log);
  const clock = new VirtualClock(5_000);
  return { log, store, clock, runner: new CachedCommandRunner(store, clock, settings) };
};

/** The outcome of an accepted command on a tab. */
export const answered = (body: object, replayed = false) => ({
  kind: 'answered',
  status: 201,
  body: JSON.stringify(body),
  replayed,
});
