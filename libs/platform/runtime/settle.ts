import { comparePositions } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';

/** A follower of the log that can be waited for. */
export interface Follower {
  caughtUp(position: LogPosition): Promise<void>;
}

/**
 * Waits until every follower has handled everything in the log, and what they themselves appended meanwhile. Settled
 * is the moment at which the log's end has not moved while all of them reached it. Answers that end.
 */
export const settle = async (
  log: { head(): Promise<LogPosition> },
  followers: readonly Follower[],
): Promise<LogPosition> => {
  for (;;) {
    const head = await log.head();
    await Promise.all(followers.map((follower) => follower.caughtUp(head)));
    if (comparePositions(await log.head(), head) === 0) return head;
  }
};
