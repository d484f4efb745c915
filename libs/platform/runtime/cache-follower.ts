import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { LoggedFact } from './fact';
import type { Subscriber } from './subscription';

/** Under which the follower that keeps states in memory true is measured. */
export const cacheFollowerName = 'state-cache';

/**
 * Tells a command runner what is in the log, so that it forgets states which other processes have moved on. Begins at
 * the end of the log: what was written before the process started is not in its memory.
 */
export class CacheFollower implements Subscriber {
  readonly name = cacheFollowerName;
  private reached: LogPosition | undefined;

  constructor(
    private readonly runner: { invalidate(facts: readonly LoggedFact[]): void },
    private readonly log: { head(): Promise<LogPosition> },
  ) {}

  async position(): Promise<LogPosition> {
    this.reached ??= await this.log.head();
    return this.reached;
  }

  async handle(facts: readonly LoggedFact[]): Promise<void> {
    this.runner.invalidate(facts);
    this.reached = facts.at(-1)?.place ?? this.reached;
  }
}
