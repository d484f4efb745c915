import { streamKind, type KeyUse, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { birthdayCalendarDecider } from './domain/birthday-calendar.decider';
import { birthdayCalendarEvents } from './domain/birthday-calendar.events';
import type { Member } from './domain/member';
import { memberDecider } from './domain/member.decider';
import { memberEvents } from './domain/member.events';

/** A member's data key exists until they are erased, and never again after that. */
const keysOf = (member: Member): KeyUse => {
  if (member.state === 'none') return { kept: [], destroyed: [] };
  return member.state === 'erased' ? { kept: [], destroyed: [member.keyId] } : { kept: [member.keyId], destroyed: [] };
};

/** Every kind of stream that this context writes. */
export const memberStreams: readonly StreamKind[] = [
  streamKind(memberDecider, memberEvents, { keysOf }),
  streamKind(birthdayCalendarDecider, birthdayCalendarEvents),
];
