import type { Fact } from '#libs/platform/runtime/fact';
import type { Scenario } from '../domain/testing/scenario';

/** A scenario's facts as the log would tell them, on the books of the day they occurred unless told otherwise. */
export const factsOf = ({ events }: Scenario, memberId = 'M1', day?: string): readonly Fact[] =>
  events.map((event, revision) => ({
    ...event,
    recordedAt: event.at,
    streamId: `account-${memberId}`,
    revision,
    eventId: `${memberId}-${revision}`,
    meta: { businessDate: day ?? new Date(event.at).toISOString().slice(0, 10) },
    place: { xid: 1, position: revision },
  }));
