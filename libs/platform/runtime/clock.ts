import type { Instant } from '#libs/platform/kernel/instant';

/** The only source of "now" for decisions, timers and answers. Tokens, limits and leases use the system clock. */
export interface Clock {
  now(): Instant;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved, never backwards: for tests and sandboxes. */
export class VirtualClock implements Clock {
  constructor(private instant: Instant) {}

  now(): Instant {
    return this.instant;
  }

  /** Moves the clock; an earlier instant leaves it where it is. */
  moveTo(instant: Instant): void {
    this.instant = Math.max(this.instant, instant);
  }
}
