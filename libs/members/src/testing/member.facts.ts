import type { Fact } from '#libs/platform/runtime/fact';
import type { MemberEvent } from '../domain/member.events';

/** These events as facts of one member, in order. */
export const factsOf = (memberId: string, ...events: readonly MemberEvent[]): readonly Fact<MemberEvent>[] =>
  events.map((event, revision) => ({
    ...event,
    recordedAt: event.at,
    streamId: `member-${memberId}`,
    revision,
    eventId: `${memberId}-${revision}`,
    meta: {},
    place: { xid: 1, position: revision + 1 },
  }));
