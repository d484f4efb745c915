import { relayName, sharePrefix, type FollowerPlace } from '#libs/platform/app/follower-places';
import { comparePositions, logStart, type LogPosition } from '#libs/platform/event-store/event-store';
import type { LogPicture } from '#libs/platform/event-store/log-archive';
import type { FollowerState } from './log-lines';

/** Where a log ends: how many events it has, and the place of the last. */
export interface LogEnd {
  readonly events: number;
  readonly place: LogPosition;
}

const byPlace = (a: FollowerPlace, b: FollowerPlace): number => comparePositions(a.place, b.place);

/**
 * How many of the first events each follower has dealt with. Most are at the end; for those who are not, the log is
 * counted up to where they are.
 */
export const statesOf = async (
  followers: readonly FollowerPlace[],
  picture: Pick<LogPicture, 'events'>,
  end: LogEnd,
): Promise<readonly FollowerState[]> => {
  const counts = new Map(followers.map(({ name }) => [name, end.events]));
  const behind = followers.filter(({ place }) => comparePositions(place, end.place) < 0).sort(byPlace);
  for (const { name, place } of behind) if (comparePositions(place, logStart) <= 0) counts.set(name, 0);
  let waiting = behind.filter(({ place }) => comparePositions(place, logStart) > 0);
  let before = 0;
  for await (const page of waiting.length === 0 ? [] : picture.events(logStart)) {
    for (const event of page) {
      while (waiting[0] !== undefined && comparePositions(event, waiting[0].place) > 0) {
        counts.set(waiting[0].name, before);
        waiting = waiting.slice(1);
      }
      before++;
    }
    if (waiting.length === 0) break;
  }
  return followers.map(({ name }) => ({ name, events: counts.get(name) ?? end.events }));
};

/** Learns the places of followers in another store while all of its events go by. */
export class PlaceFinder {
  private readonly wanted: ReadonlySet<number>;
  private readonly places = new Map<number, LogPosition>([[0, logStart]]);

  constructor(private readonly states: readonly FollowerState[]) {
    this.wanted = new Set(states.map(({ events }) => events));
  }

  /** The `count`-th event stands here. */
  pass(count: number, { xid, position }: LogPosition): void {
    if (this.wanted.has(count)) this.places.set(count, { xid, position });
  }

  /** Once all events have gone by. Throws where a follower is beyond the last. */
  found(): readonly FollowerPlace[] {
    return this.states.map(({ name, events }) => {
      const place = this.places.get(events);
      if (place === undefined) throw new Error(`${name} is beyond the end of the log.`);
      return { name, place };
    });
  }
}

/**
 * What somebody has yet to read of the bus, in words. What was published speaks of places in the store that the log was
 * in; nobody could tell any more whether it was dealt with.
 */
export const unreadOnBus = (states: readonly FollowerState[]): readonly string[] => {
  const published = states.find(({ name }) => name === relayName)?.events ?? 0;
  return states
    .filter(({ name, events }) => name.startsWith(sharePrefix) && events < published)
    .map(({ name, events }) => `${name.slice(sharePrefix.length)}: ${published - events} events`);
};
