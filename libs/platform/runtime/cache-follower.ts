import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { LoggedFact } from './fact';
import type { Subscriber } from './subscription';

/** Under which the follower that keeps states in memory true is measured. */
export const cacheFollowerName = 'state-cache';

/** The memory of a command runner. */
export interface Memory {
  invalidate(facts: readonly LoggedFact[]): void;
  forget(): void;
}

/**
 * Tells a command runner what is in the log, so that it forgets states which other processes have moved on. Begins at
 * the end of the log, and with nothing in memory: what was read before may be behind that end already.
 */
export class CacheFollower implements Subscriber {
  readonly name = cacheFollowerName;
  private reached: LogPosition | undefined;

  constructor(
    private readonly runner: Memory,
    private readonly log: { head(): Promise<LogPosition> },
  ) {}

  async position(): Promise<LogPosition> {
    if (this.reached === undefined) {
      this.reached = await this.log.head();
      this.runner.forget();
    }
    return this.reached;
  }

  async handle(facts: readonly LoggedFact[]): Promise<void> {
    this.runner.invalidate(facts);
    this.reached = facts.at(-1)?.place ?? this.reached;
  }
}
