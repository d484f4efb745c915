import type { DomainEvent } from '#libs/platform/kernel/decider';
import type { Fact } from '#libs/platform/runtime/fact';

/** A fact as if it had been read from the log, for specs of projections, policies and timers. */
export const factOf = <E extends DomainEvent>(streamId: string, event: E, place = 1): Fact<E> => ({
  type: event.type,
  data: event.data,
  at: event.at,
  recordedAt: event.at,
  streamId,
  revision: place - 1,
  eventId: `00000000-0000-5000-8000-${String(place).padStart(12, '0')}`,
  meta: {},
  place: { xid: place, position: place },
});

/** A stream's facts in order, as if they were the whole log. */
export const factsOf = <E extends DomainEvent>(streamId: string, ...events: readonly E[]): readonly Fact<E>[] =>
  events.map((event, index) => factOf(streamId, event, index + 1));
