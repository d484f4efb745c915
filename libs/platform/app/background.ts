import type { DataSource } from 'typeorm';
import { StoreUnavailable, type EventStore } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import { PostgresDueList } from '#libs/platform/read-models/due-timers';
import { OnlyOneProcess } from '#libs/platform/read-models/only-one-process';
import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { prepareReadModels, ReadModels } from '#libs/platform/read-models/read-models';
import { CacheFollower } from '#libs/platform/runtime/cache-follower';
import type { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock, type Clock } from '#libs/platform/runtime/clock';
import { Lifecycle, type Part } from '#libs/platform/runtime/lifecycle';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { Policies } from '#libs/platform/runtime/policies';
import { politePace } from '#libs/platform/runtime/polite-pace';
import type { Report } from '#libs/platform/runtime/report';
import { settle, type Follower } from '#libs/platform/runtime/settle';
import { Subscription, type Progress } from '#libs/platform/runtime/subscription';
import { TimerRunner } from '#libs/platform/runtime/timer-runner';
import { carryOut, type Deed, type Reactions } from './reactions';
import { Undo } from './undo';

/** What background work reads, writes and tells. */
export interface BackgroundNeeds {
  readonly store: EventStore;
  readonly runner: CachedCommandRunner;
  readonly source: DataSource;
  readonly report: Report;
  /** Every type of event in the log. */
  readonly catalogue: EventCatalogue;
  /** The read models to keep. */
  readonly projections: readonly AnyProjection[];
}

/** While tills are busy, read models take at most a quarter of the time, and wait at most this long for their turn. */
const politeness = { share: 0.25, longestMs: 200 };

/** What runs beside the requests: what follows the log, and what the clock sets off. */
export class Background {
  private readonly tail: LogTail;
  private followers: readonly (Follower & { progress(): Progress | readonly Progress[] })[] = [];
  private running: readonly Lifecycle[] = [];
  private timers: TimerRunner<Deed> | undefined;
  private moving: Promise<void> = Promise.resolve();

  private constructor(private readonly needs: BackgroundNeeds) {
    this.tail = new LogTail(needs.store, needs.catalogue);
  }

  /** Builds the read models that are missing, then keeps them and the runner's memory up to date with the log. */
  static async start(needs: BackgroundNeeds): Promise<Background> {
    const { store, runner, source, report, catalogue, projections } = needs;
    await prepareReadModels({ source, store, catalogue }, projections);
    const background = new Background(needs);
    const pace = politePace({ inFlight: () => runner.inFlight, ...politeness });
    const settings = { batchSize: 2_000, pollMs: 250, pace };
    const readModels = new ReadModels(source, background.tail, projections, { report, settings });
    const cache = new Subscription(background.tail, new CacheFollower(runner, background.tail), report);
    const memory: Part = { name: 'state-cache', start: () => cache.start(), stop: () => cache.stop() };
    background.followers = [cache, readModels];
    await background.run([memory, readModels]);
    return background;
  }

  /**
   * Lets the policies and timers of all contexts run, of several processes in one. Timers follow the machine's clock by
   * themselves; on a virtual clock they run when it is moved, see {@link moveClock}.
   */
  async react(reactions: Reactions, clock: Clock): Promise<void> {
    const { source, report } = this.needs;
    const checkpoints = new PostgresCheckpoints(source);
    const shared = { dispatch: carryOut, parking: checkpoints, clock, report };
    const policies = new Policies(reactions.policies, this.tail, { ...shared, checkpoints });
    this.timers = new TimerRunner({ ...shared, timers: reactions.timers, list: new PostgresDueList(source) });
    const byThemselves = clock instanceof VirtualClock ? [policies] : [policies, this.timers];
    const together = new Lifecycle(byThemselves);
    const part: Part = { name: 'reactions', start: () => together.start(), stop: () => together.stop() };
    this.followers = [...this.followers, policies];
    await this.run([new OnlyOneProcess(source, part, report)]);
  }

  /** Waits until everything that was acknowledged has had its effects, and those theirs. */
  async settled(): Promise<void> {
    await settle(this.tail, this.followers);
  }

  /**
   * Moves a virtual clock by way of everything that falls due until then, each at its own instant and in order, and
   * waits for all effects. One move at a time. Rejects with `StoreUnavailable`, with the clock where it then stands.
   */
  moveClock(clock: VirtualClock, until: Instant): Promise<void> {
    const moved = this.moving.then(() => this.runUntil(clock, until));
    this.moving = moved.catch(() => undefined);
    return moved;
  }

  /** How far each follower of the log has come. */
  progress(): readonly Progress[] {
    return this.followers.flatMap((follower) => follower.progress());
  }

  /** Ends everything, last begun first. What is under way comes to its end. */
  async stop(): Promise<void> {
    const undo = new Undo();
    for (const lifecycle of this.running) undo.add(lifecycle, (started) => started.stop());
    this.running = [];
    await undo.all();
  }

  private async runUntil(clock: VirtualClock, until: Instant): Promise<void> {
    try {
      await this.timers?.runDue(until, clock, () => this.settled());
      clock.moveTo(until);
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable(error);
    }
  }

  private async run(parts: readonly Part[]): Promise<void> {
    const lifecycle = new Lifecycle(parts);
    await lifecycle.start();
    this.running = [...this.running, lifecycle];
  }
}
