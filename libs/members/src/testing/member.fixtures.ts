import { fold, type Decision } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Member } from '../domain/member';
import type { EnrolMember, MemberCommand, MemberContext, MemberRefusal } from '../domain/member.commands';
import { memberDecider } from '../domain/member.decider';
import type { MemberEvent } from '../domain/member.events';

/** 1 March 2026, 18:20 in Melbourne. */
export const now: Instant = Date.UTC(2026, 2, 1, 7, 20);
export const day = 86_400_000;

export const enrolled = (
  parts: Partial<Extract<MemberEvent, { type: 'MemberEnrolled' }>['data']> = {},
): MemberEvent => ({
  type: 'MemberEnrolled',
  at: now - day,
  data: { storeId: 'S1', channel: 'till', enrolledAt: now - day, keyId: 'K1', profile: 'profile-1', ...parts },
});

export const cardIssued = (
  cardId: string,
  parts: Partial<Extract<MemberEvent, { type: 'CardIssued' }>['data']> = {},
): MemberEvent => ({
  type: 'CardIssued',
  at: now - day,
  data: { cardId, kind: 'primary', number: `number-of-${cardId}`, ...parts },
});

export const cardBlocked = (cardId: string, reason = 'lost'): MemberEvent => ({
  type: 'CardBlocked',
  at: now,
  data: { cardId, reason },
});

export const consent = (granted: boolean, evidence?: string): MemberEvent => ({
  type: granted ? 'ConsentGiven' : 'ConsentWithdrawn',
  at: now,
  data: { channel: 'email', purpose: 'promotion', ...(evidence === undefined ? {} : { evidence }) },
});

export const suspended: MemberEvent = { type: 'MemberSuspended', at: now, data: { reason: 'fraud' } };
export const reinstated: MemberEvent = { type: 'MemberReinstated', at: now, data: {} };
export const erased: MemberEvent = { type: 'MemberErased', at: now, data: { keyId: 'K1' } };

export const enrol = (parts: Partial<EnrolMember> = {}): EnrolMember => ({
  type: 'EnrolMember',
  storeId: 'S1',
  channel: 'till',
  enrolledAt: now,
  keyId: 'K1',
  profile: 'profile-1',
  card: { cardId: 'C1', number: 'number-of-C1' },
  consents: [],
  ...parts,
});

/** The state after these facts. */
export const after = (...facts: readonly MemberEvent[]): Member =>
  fold(memberDecider, memberDecider.initial('M1'), facts);

interface When {
  when(command: MemberCommand, context?: Partial<MemberContext>): Then;
}

interface Then {
  readonly decision: Decision<MemberEvent, MemberRefusal>;
  then(...facts: readonly MemberEvent[]): void;
  thenNothing(): void;
  thenRefused(reason: MemberRefusal): void;
}

const judge = (decision: Decision<MemberEvent, MemberRefusal>): Then => ({
  decision,
  then: (...facts) => expect(decision).toEqual({ kind: 'accepted', events: facts }),
  thenNothing: () => expect(decision).toEqual({ kind: 'accepted', events: [] }),
  thenRefused: (reason) => expect(decision).toMatchObject({ kind: 'refused', reason }),
});

/** What has happened to the member so far; then what is asked. */
export const given = (...facts: readonly MemberEvent[]): When => ({
  when: (command, context = {}) => judge(memberDecider.decide(command, after(...facts), { now, ...context })),
});
