import type { DataSource } from 'typeorm';
import { StoreUnavailable, type EventStore } from '#libs/platform/event-store/event-store';
import type { Publishing } from '#libs/platform/kafka/cloud-event';
import { FedPolicies } from '#libs/platform/kafka/feed-policies';
import { FedProjections } from '#libs/platform/kafka/feed-projections';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import { PostgresDueList } from '#libs/platform/read-models/due-timers';
import { OnlyOneProcess } from '#libs/platform/read-models/only-one-process';
import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { AlreadyRebuilding } from '#libs/platform/read-models/rebuild';
import { prepareReadModels, ReadModels } from '#libs/platform/read-models/read-models';
import { CacheFollower, cacheFollowerName } from '#libs/platform/runtime/cache-follower';
import { LogLag } from '#libs/platform/observability/log-lag';
import type { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock, type Clock } from '#libs/platform/runtime/clock';
import { Lifecycle, type Part } from '#libs/platform/runtime/lifecycle';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { Policies } from '#libs/platform/runtime/policies';
import type { PolicyCounts, PolicyNeeds } from '#libs/platform/runtime/policy-runner';
import { politePace } from '#libs/platform/runtime/polite-pace';
import type { Report } from '#libs/platform/runtime/report';
import { settle, type Follower } from '#libs/platform/runtime/settle';
import { Subscription, type Progress } from '#libs/platform/runtime/subscription';
import { TimerRunner } from '#libs/platform/runtime/timer-runner';
import { carryOut, type Deed, type Reactions } from './reactions';
import type { Bus } from './bus';
import { Undo } from './undo';

/** What background work reads, writes and tells. */
export interface BackgroundNeeds {
  readonly store: EventStore;
  /** Whose memory is kept true to the log. */
  readonly memory: CachedCommandRunner;
  readonly source: DataSource;
  readonly report: Report;
  /** Every type of event in the log. */
  readonly catalogue: EventCatalogue;
  /** The read models to keep; none where another process keeps them. */
  readonly projections: readonly AnyProjection[];
  /** Brings the facts to read models and policies; without it they read the log. */
  readonly bus?: Bus;
}

/** What tells how it is getting on. */
interface Watched {
  progress(): Progress | readonly Progress[];
}

/** How a policy has fared. */
interface PolicyFare {
  readonly name: string;
  readonly counts: PolicyCounts;
}

/** While tills are busy, read models take at most a tenth of the time, and wait at most this long for their turn. */
const politeness = { share: 0.1, longestMs: 2_000 };

const askAgainMs = 500;

/** Builds what is missing, or waits until the process that does so already is done. */
const prepare = async ({ source, store, catalogue, projections, bus }: BackgroundNeeds): Promise<void> => {
  for (;;) {
    try {
      await prepareReadModels({ source, store, catalogue }, projections, bus === undefined ? 'log' : 'bus');
      return;
    } catch (error) {
      if (!(error instanceof AlreadyRebuilding)) throw error;
      await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    }
  }
};

/** What runs beside the requests: what follows the log, and what the clock sets off. */
export class Background {
  /** How old places in the log are. */
  readonly lag: LogLag;
  private readonly tail: LogTail;
  private followers: readonly (Follower & Watched)[] = [];
  private others: readonly Watched[] = [];
  private running: readonly Lifecycle[] = [];
  private timers: TimerRunner<Deed> | undefined;
  private countsOfPolicies: () => readonly PolicyFare[] = () => [];
  private moving: Promise<void> = Promise.resolve();

  private constructor(private readonly needs: BackgroundNeeds) {
    this.tail = new LogTail(needs.store, needs.catalogue);
    this.lag = new LogLag(needs.store);
  }

  /** Builds the read models that are missing, then keeps them and the runner's memory up to date with the log. */
  static async start(needs: BackgroundNeeds): Promise<Background> {
    const { memory, report, projections } = needs;
    if (projections.length > 0) await prepare(needs);
    const background = new Background(needs);
    const cache = new Subscription(background.tail, new CacheFollower(memory, background.tail), report);
    const follower: Part = { name: cacheFollowerName, start: () => cache.start(), stop: () => cache.stop() };
    const readModels = projections.length === 0 ? [] : [background.readModels()];
    background.followers = [cache, ...readModels];
    await background.run([background.lag, follower, ...readModels]);
    return background;
  }

  /**
   * Lets the policies and timers of all contexts run, of several processes in one. Timers follow the machine's clock by
   * themselves; on a virtual clock they run when it is moved, see {@link moveClock}.
   */
  async react(reactions: Reactions, clock: Clock): Promise<void> {
    const { source, memory, report, bus } = this.needs;
    const checkpoints = new PostgresCheckpoints(source);
    const shared = { dispatch: carryOut, parking: checkpoints, clock, memory, report };
    if (bus !== undefined) return this.reactOverBus(bus, reactions, shared);
    const policies = new Policies(reactions.policies, this.tail, { ...shared, checkpoints });
    this.timers = new TimerRunner({ ...shared, timers: reactions.timers, list: new PostgresDueList(source) });
    const byThemselves = clock instanceof VirtualClock ? [policies] : [policies, this.timers];
    const together = new Lifecycle(byThemselves);
    const part: Part = { name: 'reactions', start: () => together.start(), stop: () => together.stop() };
    this.countsOfPolicies = () => policies.progress();
    this.followers = [...this.followers, policies];
    this.others = [...this.others, this.timers];
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

  /** Runs something else for as long as everything else, and watches it. */
  also(part: Part & Watched): Promise<void> {
    this.others = [...this.others, part];
    return this.run([part]);
  }

  /** How far each follower of the log has come, and how timers and whatever else runs are getting on. */
  progress(): readonly Progress[] {
    return [...this.followers, ...this.others].flatMap((each) => each.progress());
  }

  /** How the policies have fared since the process started. */
  policyCounts(): readonly PolicyFare[] {
    return this.countsOfPolicies();
  }

  /** Publishes the log on the bus, of several processes in one. */
  async relay(bus: Bus, publishing: Publishing): Promise<void> {
    const { source, report } = this.needs;
    const relay = bus.relay(this.tail, publishing);
    this.followers = [...this.followers, relay];
    await this.run([new OnlyOneProcess(source, relay, report)]);
  }

  /** Ends everything, last begun first. What is under way comes to its end. */
  async stop(): Promise<void> {
    const undo = new Undo();
    for (const lifecycle of this.running) undo.add(lifecycle, (started) => started.stop());
    this.running = [];
    await undo.all();
  }

  /** Policies share the work over the bus; timers stay the task of one process at a time. */
  private async reactOverBus(
    bus: Bus,
    { policies, timers }: Reactions,
    needs: Omit<PolicyNeeds<Deed>, 'checkpoints' | 'log'>,
  ): Promise<void> {
    const { source, report } = this.needs;
    const target = new FedPolicies(source, policies, { ...needs, log: this.tail });
    const feed = bus.feed('policies', target);
    this.countsOfPolicies = () => [...target.counts()].map(([name, counts]) => ({ name: `policy:${name}`, counts }));
    this.timers = new TimerRunner({ ...needs, timers, list: new PostgresDueList(source) });
    this.followers = [...this.followers, feed];
    this.others = [...this.others, this.timers];
    await this.run([feed, new OnlyOneProcess(source, this.timers, report)]);
  }

  private readModels(): Part & Follower & { progress(): Progress } {
    const { memory, source, projections, report, bus } = this.needs;
    if (bus !== undefined) return bus.feed('read-models', new FedProjections(source, projections));
    const pace = politePace({ inFlight: () => memory.inFlight, ...politeness });
    return new ReadModels(source, this.tail, projections, {
      report,
      settings: { batchSize: 4_000, pollMs: 250, pace },
    });
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
