import type { Clock } from '../clock';
import type { Outcome } from '../command-runner';
import type { Origin } from '../dispatch';
import type { AnyTimer, DueEntry, DueList } from '../timer';
import { TimerRunner } from '../timer-runner';
import { MemoryCheckpoints } from './memory-checkpoints';

/** A list that the test writes itself. */
export class PaperList implements DueList {
  entries: DueEntry[] = [];
  private readonly done = new Set<string>();

  async due(until: number, limit: number): Promise<readonly DueEntry[]> {
    return this.open()
      .filter(({ dueAt }) => dueAt <= until)
      .slice(0, limit);
  }

  async next(): Promise<number | undefined> {
    return this.open()[0]?.dueAt;
  }

  async ran(entries: readonly DueEntry[]): Promise<void> {
    for (const entry of entries) this.done.add(JSON.stringify([entry.timer, entry.key, entry.dueAt]));
  }

  private open(): DueEntry[] {
    return this.entries
      .filter((entry) => !this.done.has(JSON.stringify([entry.timer, entry.key, entry.dueAt])))
      .sort(
        (left, right) => left.dueAt - right.dueAt || left.ordinal - right.ordinal || (left.key < right.key ? -1 : 1),
      );
  }
}

/** What timers give in these specs. */
export type Command = string;

/** A timer that gives one command, unless its key is broken. */
export const timer = (name: string, ordinal: number): AnyTimer<Command> => ({
  name,
  version: 1,
  ordinal,
  keysOf: () => [],
  on: {},
  whenDue: (_, key) => {
    if (key === 'broken') throw new TypeError('broken');
    return [`${name} ${key}`];
  },
});

/** A runner of two timers, a list to write on, and what came of it. */
export const timerFixture = (clock: Clock) => {
  const list = new PaperList();
  const given: { command: Command; origin: Origin }[] = [];
  const reports: string[] = [];
  const parking = new MemoryCheckpoints();
  const fate: { outcome: (command: string) => Outcome<string> } = {
    outcome: () => ({ kind: 'answered', status: 200, body: '{}', replayed: false }),
  };
  const dispatch = async (command: Command, origin: Origin): Promise<Outcome<string>> => {
    const outcome = fate.outcome(command);
    given.push({ command, origin });
    return outcome;
  };
  const timers = [timer('wake', 1), timer('expire', 4)];
  const runner = new TimerRunner({
    timers,
    list,
    dispatch,
    parking,
    clock,
    report: (problem) => void reports.push(problem),
  });
  const enter = (name: string, key: string, dueAt: number): void => {
    const ordinal = timers.find((each) => each.name === name)?.ordinal ?? 0;
    list.entries.push({ timer: name, key, dueAt, ordinal });
  };
  const commands = () => given.map(({ command, origin }) => `${origin.now} ${command}`);
  return { list, given, reports, parking, fate, runner, enter, commands };
};
