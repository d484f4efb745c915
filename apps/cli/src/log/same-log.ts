import { logStart, type StoredEvent } from '#libs/platform/event-store/event-store';
import type { LogPicture } from '#libs/platform/event-store/log-archive';
import type { Reached } from './log-file';

/** What tells an event from every other one of any log. */
export const markOf = ({ eventId, hash }: Pick<StoredEvent, 'eventId' | 'hash'>): string => `${eventId} ${hash}`;

const firstOf = async (picture: LogPicture): Promise<StoredEvent | undefined> => {
  for await (const [first] of picture.events(logStart)) return first;
  return undefined;
};

/**
 * Whether what was written of a log is the beginning of this one: its first event is the first one here, and its last
 * one stands where it stood. Another log may have as many events, and has others at those places.
 */
export const isBeginningOf = async (picture: LogPicture, { events, after, ends }: Reached): Promise<boolean> => {
  if (events === 0) return true;
  const [first, last] = ends;
  const begins = await firstOf(picture);
  if (begins === undefined || markOf(begins) !== first) return false;
  const stands = await picture.at(after);
  return stands !== undefined && markOf(stands) === last;
};
