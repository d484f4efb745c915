import { streamKind, type Keys, type KeyUse, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { birthdayCalendarDecider } from './domain/birthday-calendar.decider';
import { birthdayCalendarEvents } from './domain/birthday-calendar.events';
import { isEnrolled, type Member } from './domain/member';
import { memberDecider } from './domain/member.decider';
import { memberEvents } from './domain/member.events';
import { MemberSecrets } from './member-secrets';

/** A member's data key exists until they are erased, and never again after that. */
const keysOf = (member: Member): KeyUse => {
  if (member.state === 'none') return { kept: [], destroyed: [] };
  return member.state === 'erased' ? { kept: [], destroyed: [member.keyId] } : { kept: [member.keyId], destroyed: [] };
};

/** By these names alone a member is found; the facts show them to nobody. */
const sealedClaims = ({ masterKey, vault }: Keys) => {
  const change = () => Promise.reject(new Error('The vault is read only.'));
  const secrets = MemberSecrets.of(masterKey, { get: (keyId) => vault.get(keyId), create: change, destroy: change });
  return async (member: Member): Promise<readonly string[]> => (isEnrolled(member) ? secrets.claimsOf(member) : []);
};

/** Every kind of stream that this context writes. */
export const memberStreams: readonly StreamKind[] = [
  streamKind(memberDecider, memberEvents, { keysOf, sealedClaims, isAnswered: true }),
  streamKind(birthdayCalendarDecider, birthdayCalendarEvents),
];
