import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { toText } from '#libs/platform/kernel/instant';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Parking } from './checkpoints';
import type { Clock, VirtualClock } from './clock';
import { causedBy, inLanes, isMistake, withRetries } from './dispatch';
import type { Dispatcher, Origin } from './dispatch';
import { FailureRows } from './failure-rows';
import type { Part } from './lifecycle';
import { messageOf } from './report';
import type { Report } from './report';
import type { Progress } from './subscription';
import type { AnyTimer, DueEntry, DueList } from './timer';
import { Wakeable, backOff } from './wakeable';

/** What timers need around them. */
export interface TimerNeeds<C> {
  readonly timers: readonly AnyTimer<C>[];
  readonly list: DueList;
  readonly dispatch: Dispatcher<C>;
  readonly parking: Parking;
  readonly clock: Clock;
  readonly report: Report;
}

/** How timers have fared since the start of the process. */
export interface TimerCounts {
  readonly accepted: number;
  readonly refused: number;
  readonly parked: number;
}

const batchSize = 500;
const concurrency = 32;
/** New entries come on the list without notice: look at least this often, ms. */
const lookEveryMs = 1_000;
/** How long a key is let be after so many failures in a row, ms: what takes its time to fail must not take all of it. */
const restMs = (failures: number): number => 12 * backOff(failures);

/** The first entries of a list in order, as many as are due at the same instant and with the same ordinal. */
const firstGroup = (entries: readonly DueEntry[]): readonly DueEntry[] => {
  const [first] = entries;
  return entries.filter((entry) => entry.dueAt === first?.dueAt && entry.ordinal === first.ordinal);
};

/**
 * Gives the commands of what falls due, in order of instant and ordinal; what is due together runs side by side. Each
 * command counts as given at the instant it was due, however late the process is. At least once, and exactly once in
 * effect: the key of a command is made of the timer, the entry and the instant. What fails is tried again after a while,
 * and holds up what comes later for the same key, but nobody else.
 */
export class TimerRunner<C> implements Part {
  readonly name = 'timers';
  private rest = new Wakeable();
  private readonly timers: ReadonlyMap<string, AnyTimer<C>>;
  private running: Promise<void> | undefined;
  /** Failures of the list as a whole, and of single keys. */
  private readonly failures = new FailureRows();
  private readonly failuresOf = new FailureRows();
  /** Keys that failed, and until when they are let be by this process's own clock. */
  private readonly resting = new Map<string, number>();
  private tally: TimerCounts = { accepted: 0, refused: 0, parked: 0 };

  constructor(private readonly needs: TimerNeeds<C>) {
    this.timers = new Map(needs.timers.map((timer) => [timer.name, timer]));
  }

  get counts(): TimerCounts {
    return this.tally;
  }

  /** Follows the clock from here on. Not for a virtual clock, which says itself when it moves: see {@link runDue}. */
  start(): void {
    if (this.rest.ended) this.rest = new Wakeable();
    this.running ??= this.run();
  }

  /** Ends after what is under way. It may be started again. */
  async stop(): Promise<void> {
    this.rest.end();
    await this.running;
    this.running = undefined;
  }

  /**
   * Moves a virtual clock to an instant, by way of every instant at which something is due until then: what is due runs
   * at its own instant, and `settled` is awaited before the next, so that what it sets off (new entries included)
   * comes in its turn. Rejects, with the clock where it then stands, when the store cannot be reached.
   */
  async runDue(until: Instant, clock: VirtualClock, settled: () => Promise<unknown>): Promise<void> {
    for (;;) {
      await settled();
      const group = firstGroup(await this.needs.list.due(until, batchSize));
      const [first] = group;
      if (first === undefined) break;
      clock.moveTo(first.dueAt);
      await this.runGroup(group);
    }
    clock.moveTo(until);
    await settled();
  }

  /** It follows no log: what counts is how often it failed in a row, and for how long nothing could be done at all. */
  progress(): Progress {
    const failures = Math.max(this.failures.most, this.failuresOf.most);
    return { name: this.name, position: undefined, behindMs: this.failures.forMs, failures };
  }

  private async run(): Promise<void> {
    while (!this.rest.ended) {
      try {
        await this.rest.pause(await this.step());
        this.failures.forget();
      } catch (error) {
        const failures = this.failures.failed(this.name);
        this.needs.report('timers-failed', { failures, error: messageOf(error) });
        await this.rest.pause(backOff(failures));
      }
    }
  }

  /** Runs what is due; answers how long to wait after that, ms. */
  private async step(): Promise<number> {
    const { list, clock } = this.needs;
    let entries = await this.dueAndAwake();
    const found = entries.length;
    const failed = new Set<string>();
    while (entries.length > 0 && !this.rest.ended) {
      const group = firstGroup(entries);
      await this.tryGroup(group, failed);
      entries = entries.slice(group.length);
    }
    if (found > 0) return 0;
    const next = await list.next();
    const untilNext = next === undefined ? Infinity : next - clock.now();
    return Math.max(0, Math.min(lookEveryMs, untilNext > 0 ? untilNext : this.untilAwake()));
  }

  /** What is due, without what rests: even more than a page of that must not hide what is behind it. */
  private async dueAndAwake(): Promise<readonly DueEntry[]> {
    const { list, clock } = this.needs;
    const now = performance.now();
    for (let limit = batchSize; ; limit *= 2) {
      const entries = await list.due(clock.now(), limit);
      if (entries.length < limit) this.forgetAllBut(entries);
      const awake = entries.filter(({ key }) => (this.resting.get(key) ?? 0) <= now);
      if (awake.length > 0 || entries.length < limit) return awake;
    }
  }

  /** What is no longer due has not failed either: a fact may have taken it off the list. */
  private forgetAllBut(entries: readonly DueEntry[]): void {
    const due = new Set(entries.map(({ key }) => key));
    for (const key of this.resting.keys()) if (!due.has(key)) this.wentWell(key);
  }

  /** How long until the first of those that rest is tried again, ms. */
  private untilAwake(): number {
    return this.resting.size === 0 ? 0 : Math.min(...this.resting.values()) - performance.now();
  }

  /** Runs a group without the keys that failed before it, and notes those that fail. Rejects when the store is away. */
  private async tryGroup(group: readonly DueEntry[], failed: Set<string>): Promise<void> {
    const ran: DueEntry[] = [];
    const away: StoreUnavailable[] = [];
    await inLanes(
      group,
      (entry) => entry.key,
      concurrency,
      async (entry) => {
        if (failed.has(entry.key)) return;
        try {
          await this.runOne(entry);
          this.wentWell(entry.key);
          ran.push(entry);
        } catch (error) {
          failed.add(entry.key);
          if (error instanceof StoreUnavailable) away.push(error);
          this.putToRest(entry, error);
        }
      },
    );
    await this.needs.list.ran(ran);
    if (away[0] !== undefined) throw away[0];
  }

  private putToRest({ timer, key }: DueEntry, error: unknown): void {
    const failures = this.failuresOf.failed(key);
    this.resting.set(key, performance.now() + restMs(failures));
    if (!(error instanceof StoreUnavailable))
      this.needs.report('timer-held-up', { timer, failures, error: messageOf(error) });
  }

  private wentWell(key: string): void {
    this.resting.delete(key);
    this.failuresOf.ended(key);
  }

  private async runGroup(group: readonly DueEntry[]): Promise<void> {
    await inLanes(
      group,
      (entry) => entry.key,
      concurrency,
      (entry) => this.runOne(entry),
    );
    await this.needs.list.ran(group);
  }

  private async runOne(entry: DueEntry): Promise<void> {
    const actor = `timer:${entry.timer}`;
    const cause = `${entry.key}@${toText(entry.dueAt)}`;
    try {
      const commands = this.timers.get(entry.timer)?.whenDue(entry, entry.key) ?? [];
      for (const [index, command] of commands.entries())
        await this.give(command, {
          idempotency: causedBy(actor, cause, index),
          now: entry.dueAt,
          meta: { actor, causation: cause },
        });
    } catch (error) {
      if (!isMistake(error)) throw error;
      await this.needs.parking.park({ consumer: actor, key: entry.key, eventId: cause, error: messageOf(error) });
      this.tally = { ...this.tally, parked: this.tally.parked + 1 };
      this.needs.report('timer-parked', { timer: entry.timer, cause, error: messageOf(error) });
    }
  }

  private async give(command: C, origin: Origin): Promise<void> {
    const outcome = await withRetries(() => this.needs.dispatch(command, origin));
    if (outcome.kind === 'answered') {
      this.tally = { ...this.tally, accepted: this.tally.accepted + 1 };
      return;
    }
    const reason = outcome.kind === 'refused' ? outcome.reason : outcome.kind;
    this.tally = { ...this.tally, refused: this.tally.refused + 1 };
    this.needs.report('timer-refused', { ...origin.meta, reason });
  }
}
