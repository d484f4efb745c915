import { comparePositions } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';

/** A follower of the log that can be waited for. */
export interface Follower {
  caughtUp(position: LogPosition): Promise<void>;
}

/**
 * Waits until every follower has handled everything that was committed, and what they themselves appended meanwhile.
 * Settled is the moment at which the log's end has not moved while all of them reached it. Answers that end.
 */
export const settle = async (
  log: { latest(): Promise<LogPosition> },
  followers: readonly Follower[],
): Promise<LogPosition> => {
  for (;;) {
    const end = await log.latest();
    await Promise.all(followers.map((follower) => follower.caughtUp(end)));
    if (comparePositions(await log.latest(), end) === 0) return end;
  }
};
