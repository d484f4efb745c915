import { comparePositions } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { mayBeFull } from '#libs/platform/event-store/page-size';
import type { LoggedFact } from './fact';
import type { LogTail } from './log-tail';
import { messageOf } from './report';
import type { Report } from './report';
import { Wakeable, backOff } from './wakeable';

/** Whoever follows the log. It keeps its own checkpoint, so that a restart goes on where the effects end. */
export interface Subscriber {
  readonly name: string;
  /** Where to go on. Asked at the start and after every failure. */
  position(): Promise<LogPosition>;
  /** Has the effects of these facts, in order. When it rejects, the facts from {@link position} on come again. */
  handle(facts: readonly LoggedFact[]): Promise<void>;
  /** Called once when the subscription ends: a last chance to store the checkpoint. */
  finish?(): Promise<void>;
}

/** Settings of a {@link Subscription}. */
export interface SubscriptionSettings {
  /** The most facts handled together. */
  readonly batchSize: number;
  /** How long to wait for a hint before looking anyway, ms. */
  readonly pollMs: number;
  /** How long to let facts gather after the first hint, and after the end was reached, ms: fewer, larger batches. */
  readonly gatherMs?: number;
  /** Waits between two batches, given how long the last one took (ms), so that others get their turn. */
  readonly pace?: (workedMs: number) => Promise<void>;
}

/** For whoever has no other wish. */
export const defaultSubscriptionSettings: SubscriptionSettings = { batchSize: 1_000, pollMs: 250, gatherMs: 25 };

/** How far a subscription has come. */
export interface Progress {
  readonly name: string;
  /** The last fact handled; `undefined` until the checkpoint is known. */
  readonly position: LogPosition | undefined;
  /** How long it has not been at the end of the log, ms. 0 when it is there. */
  readonly behindMs: number;
  /** Failures in a row; 0 when the last batch went well. */
  readonly failures: number;
}

/** Whether a follower waits for its turn while another process does its work, or has only just begun. */
export const isStandingBy = ({ position, failures }: Progress): boolean => position === undefined && failures === 0;

const sizeOfAll = (facts: readonly LoggedFact[]): number => facts.reduce((sum, { size }) => sum + size, 0);

interface Waiter {
  readonly position: LogPosition;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Pulls the log for one subscriber, in order and at least once; survives every failure by waiting and trying again. */
export class Subscription {
  private rest = new Wakeable();
  private gathering = new Wakeable();
  private position: LogPosition | undefined;
  private failures = 0;
  private behindSince: number | undefined;
  private waiters: readonly Waiter[] = [];
  private running: Promise<void> | undefined;
  private forget: () => void = () => undefined;

  constructor(
    private readonly log: LogTail,
    private readonly subscriber: Subscriber,
    private readonly report: Report,
    private readonly settings: SubscriptionSettings = defaultSubscriptionSettings,
  ) {}

  /** Begins to follow the log, or begins again after it was stopped. */
  start(): void {
    if (this.running !== undefined) return;
    if (this.rest.ended) [this.rest, this.gathering] = [new Wakeable(), new Wakeable()];
    this.behindSince = performance.now();
    this.forget = this.log.onAppended(() => this.rest.wake());
    this.running = this.run();
  }

  /** Ends after the batch at hand. Whoever waits in {@link caughtUp} is rejected. */
  async stop(): Promise<void> {
    this.forget();
    this.rest.end();
    this.gathering.end();
    await this.running;
    this.running = undefined;
    // Others may take the work on from here: until it is begun again, how far it came says nothing.
    [this.position, this.behindSince, this.failures] = [undefined, undefined, 0];
    for (const waiter of this.waiters) waiter.reject(new Error(`${this.subscriber.name} was stopped.`));
    this.waiters = [];
  }

  /** Resolves once everything up to a place has been handled; until then the subscription does not pace itself. */
  caughtUp(position: LogPosition): Promise<void> {
    if (this.hasReached(position)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiters = [...this.waiters, { position, resolve, reject }];
      this.rest.wake();
      this.gathering.wake();
    });
  }

  progress(): Progress {
    const behindMs = this.behindSince === undefined ? 0 : Math.round(performance.now() - this.behindSince);
    return { name: this.subscriber.name, position: this.position, behindMs, failures: this.failures };
  }

  private async run(): Promise<void> {
    while (!this.rest.ended) {
      try {
        await this.step();
        this.failures = 0;
      } catch (error) {
        if (this.rest.ended) break;
        this.failures += 1;
        this.position = undefined;
        this.report('subscription-failed', {
          name: this.subscriber.name,
          failures: this.failures,
          error: messageOf(error),
        });
        await this.rest.pause(backOff(this.failures));
      }
    }
    await this.subscriber.finish?.().catch((error: unknown) => {
      this.report('checkpoint-not-stored', { name: this.subscriber.name, error: messageOf(error) });
    });
  }

  private async step(): Promise<void> {
    this.position ??= await this.subscriber.position();
    this.rest.reset();
    const facts = await this.log.read(this.position, this.settings.batchSize);
    const last = facts.at(-1);
    if (last === undefined) {
      this.behindSince = undefined;
      this.releaseWaiters();
      this.gathering.reset();
      await this.rest.sleep(this.settings.pollMs);
      return this.gather();
    }
    this.behindSince ??= performance.now();
    const began = performance.now();
    await this.subscriber.handle(facts);
    this.position = last.place;
    this.releaseWaiters();
    if (this.waiters.length === 0) await this.settings.pace?.(performance.now() - began);
    if (facts.length >= this.settings.batchSize || mayBeFull(sizeOfAll(facts))) return;
    // Fewer than asked for, and small: that was the end, as of then. Reading on at once would fetch a handful at a time.
    this.behindSince = performance.now();
    this.gathering.reset();
    await this.gather();
  }

  /** Lets facts gather, unless somebody waits for them. */
  private async gather(): Promise<void> {
    const { gatherMs } = this.settings;
    if (gatherMs !== undefined && this.waiters.length === 0) await this.gathering.sleep(gatherMs);
  }

  private hasReached(position: LogPosition): boolean {
    return this.position !== undefined && comparePositions(this.position, position) >= 0;
  }

  private releaseWaiters(): void {
    if (this.waiters.length === 0) return;
    for (const waiter of this.waiters) if (this.hasReached(waiter.position)) waiter.resolve();
    this.waiters = this.waiters.filter((waiter) => !this.hasReached(waiter.position));
  }
}
