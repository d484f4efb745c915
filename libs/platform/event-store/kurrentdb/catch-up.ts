import { setTimeout as sleep } from 'node:timers/promises';
import type { AllStreamSubscription } from '@kurrent/kurrentdb-client';
import { comparePositions, type LogPosition } from '../event-store';
import { placeOf, serverPositionOf, type ServerPosition } from './log-record';

/** How a subscription is kept up, in milliseconds. */
export interface CatchUpPace {
  readonly confirmMs: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** Opens a subscription after a position; it is told how far the server has looked. */
export type Subscribe = (after: ServerPosition, passed: (position: ServerPosition) => void) => AllStreamSubscription;

/**
 * A subscription that is always there. The client never subscribes again by itself, and a subscription ends in many
 * ways: with `end` and no error, with an error and no end, without ever being confirmed, or without a word when the
 * client is replaced. Each time this one goes on from its own checkpoint, after a pause that doubles while it fails.
 */
export class CatchUp {
  private checkpoint: LogPosition;
  private current: AllStreamSubscription | undefined;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;

  /**
   * @param subscribe opens a subscription
   * @param start the place after which it begins
   * @param heard called for each fact, and whenever there may have been one meanwhile
   */
  constructor(
    private readonly subscribe: Subscribe,
    start: LogPosition,
    private readonly heard: () => void,
    private readonly pace: CatchUpPace,
  ) {
    this.checkpoint = start;
  }

  /** How far it has come. */
  get position(): LogPosition {
    return this.checkpoint;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Gives up the present subscription for a new one. */
  renew(): void {
    this.current?.destroy();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.current?.destroy();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let delay = this.pace.firstDelayMs;
    while (!signal.aborted) {
      const stood = await this.follow();
      if (signal.aborted) return;
      delay = stood ? this.pace.firstDelayMs : Math.min(delay * 2, this.pace.longestDelayMs);
      await sleep(delay, undefined, { signal }).catch(() => undefined);
      this.heard();
    }
  }

  /** Follows one subscription to its end, whatever that is. Answers whether it was ever confirmed. */
  private async follow(): Promise<boolean> {
    const subscription = this.subscribe(serverPositionOf(this.checkpoint), (position) => this.pass(position));
    this.current = subscription;
    let confirmed = false;
    const unconfirmed = setTimeout(() => subscription.destroy(), this.pace.confirmMs);
    // Attached for good before anything is read: leaving the loop makes the stream emit an error once more.
    subscription.on('error', () => subscription.destroy());
    subscription.on('confirmation', () => {
      confirmed = true;
      clearTimeout(unconfirmed);
    });
    try {
      for await (const { event } of subscription) {
        if (event?.position !== undefined) this.pass(event.position);
        this.heard();
      }
    } catch {
      // The pause and the next subscription are the answer to every error.
    } finally {
      clearTimeout(unconfirmed);
      this.current = undefined;
      void subscription.unsubscribe().catch(() => undefined);
    }
    return confirmed;
  }

  private pass(position: ServerPosition): void {
    const place = placeOf({ position });
    if (comparePositions(place, this.checkpoint) > 0) this.checkpoint = place;
  }
}
