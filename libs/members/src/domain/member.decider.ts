import { accept, refuse, type Decider, type Decision } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import { type Card, consentKey, type EnrolledMember, isEnrolled, type Member } from './member';
import type {
  ChangeProfile,
  ConsentStatement,
  EnrolMember,
  EraseMember,
  IssueCard,
  MemberCommand,
  MemberContext,
  MemberRefusal,
  ReachBirthday,
  StateConsents,
} from './member.commands';
import type { MemberEvent } from './member.events';
import { omit } from './omit';

type MemberDecision = Decision<MemberEvent, MemberRefusal>;
type Enrolled = Extract<MemberEvent, { type: 'MemberEnrolled' }>;
type EnrolledCommand = Exclude<MemberCommand, EnrolMember>;

/** How far ahead of the clock an enrolment may claim to be: clocks of tills differ a little. Milliseconds. */
export const ENROLMENT_LEEWAY = 5 * 60_000;

const consentFact = ({ granted, ...statement }: ConsentStatement, at: Instant): MemberEvent => ({
  type: granted ? 'ConsentGiven' : 'ConsentWithdrawn',
  at,
  data: statement,
});

const enrol = (command: EnrolMember, context: MemberContext): MemberDecision => {
  if (command.enrolledAt > context.now + ENROLMENT_LEEWAY) return refuse('enrolled-in-future');
  if (context.referrerIsMember === false) return refuse('referrer-not-found');
  const { card, consents, enrolledAt: at } = command;
  const enrolment = omit(command, 'type', 'card', 'consents');
  return accept(
    { type: 'MemberEnrolled', at, data: enrolment },
    { type: 'CardIssued', at, data: { ...card, kind: 'primary' } },
    ...consents.map((each) => consentFact(each, at)),
  );
};

const changeProfile = (command: ChangeProfile, member: EnrolledMember, at: Instant): MemberDecision => {
  if (command.fields.length === 0) return accept();
  if (command.basedOn !== member.version) return refuse('changed-meanwhile');
  const change = { ...omit(command, 'type', 'basedOn'), fields: [...command.fields] };
  return accept({ type: 'ProfileChanged', at, data: change });
};

const issueCard = ({ card, reason, replaces }: IssueCard, member: EnrolledMember, at: Instant): MemberDecision => {
  if (replaces === undefined) return accept({ type: 'CardIssued', at, data: { ...card, kind: 'additional', reason } });
  const old = member.cards.find((each) => each.cardId === replaces);
  if (old === undefined) return refuse('card-not-found');
  if (old.blocked !== undefined) return refuse('card-blocked');
  return accept(
    { type: 'CardBlocked', at, data: { cardId: old.cardId, reason } },
    { type: 'CardIssued', at, data: { ...card, kind: old.kind, replaces, reason } },
  );
};

/**
 * A statement that repeats what stands, without new evidence, says nothing new. What stands is what was said last, in the
 * same request too: whoever gives and then withdraws has withdrawn.
 */
const stateConsents = ({ consents }: StateConsents, member: EnrolledMember, at: Instant): MemberDecision => {
  const stands = new Map(Object.entries(member.consents).map(([key, { granted }]) => [key, granted]));
  const news: MemberEvent[] = [];
  for (const each of consents) {
    if (each.evidence !== undefined || stands.get(consentKey(each)) !== each.granted) news.push(consentFact(each, at));
    stands.set(consentKey(each), each.granted);
  }
  return accept(...news);
};

const reachBirthday = ({ year, at }: ReachBirthday, member: EnrolledMember): MemberDecision =>
  member.birthday === undefined || (member.lastBirthday ?? 0) >= year
    ? accept()
    : accept({ type: 'BirthdayReached', at, data: { year } });

const erase = (command: EraseMember, member: EnrolledMember, at: Instant): MemberDecision =>
  command.basedOn === member.version
    ? accept({ type: 'MemberErased', at, data: { ...omit(command, 'type', 'basedOn'), keyId: member.keyId } })
    : refuse('changed-meanwhile');

const decideEnrolled = (command: EnrolledCommand, member: EnrolledMember, now: Instant): MemberDecision => {
  switch (command.type) {
    case 'ChangeProfile':
      return changeProfile(command, member, now);
    case 'IssueCard':
      return issueCard(command, member, now);
    case 'StateConsents':
      return stateConsents(command, member, now);
    case 'SuspendMember':
      return member.state === 'suspended'
        ? accept()
        : accept({ type: 'MemberSuspended', at: now, data: omit(command, 'type') });
    case 'ReinstateMember':
      return member.state === 'active'
        ? accept()
        : accept({ type: 'MemberReinstated', at: now, data: omit(command, 'type') });
    case 'ReachBirthday':
      return reachBirthday(command, member);
    case 'EraseMember':
      return erase(command, member, now);
  }
};

const decide = (command: MemberCommand, member: Member, context: MemberContext): MemberDecision => {
  if (command.type === 'EnrolMember')
    return member.state === 'none' ? enrol(command, context) : refuse('member-exists');
  if (member.state === 'none') return refuse('member-not-found');
  if (member.state === 'erased') return command.type === 'EraseMember' ? accept() : refuse('member-erased');
  return decideEnrolled(command, member, context.now);
};

const blocked = (card: Card, reason: string, at: Instant): Card => ({ ...card, blocked: { at, reason } });

const evolveEnrolled = (member: EnrolledMember, event: Exclude<MemberEvent, Enrolled>): Member => {
  const { at } = event;
  const version = member.version + 1;
  switch (event.type) {
    case 'CardIssued': {
      const card: Card = { ...omit(event.data, 'reason'), issuedAt: at };
      return { ...member, version, cards: [...member.cards, card] };
    }
    case 'CardBlocked': {
      const { cardId, reason } = event.data;
      const cards = member.cards.map((card) => (card.cardId === cardId ? blocked(card, reason, at) : card));
      return { ...member, version, cards };
    }
    case 'ProfileChanged':
      return { ...omit(member, 'birthday'), ...omit(event.data, 'fields'), version };
    case 'ConsentGiven':
    case 'ConsentWithdrawn': {
      const consent = { ...event.data, granted: event.type === 'ConsentGiven', at };
      return { ...member, consents: { ...member.consents, [consentKey(consent)]: consent } };
    }
    case 'MemberSuspended':
      return { ...member, state: 'suspended', suspension: { ...event.data, at } };
    case 'MemberReinstated':
      return { ...omit(member, 'suspension'), state: 'active' };
    case 'BirthdayReached':
      return { ...member, lastBirthday: event.data.year };
    case 'MemberErased':
      return {
        state: 'erased',
        storeId: member.storeId,
        enrolledAt: member.enrolledAt,
        keyId: member.keyId,
        erasedAt: at,
      };
  }
};

/** Facts that cannot follow each other leave the state as it is: folding never refuses. */
const evolve = (member: Member, event: MemberEvent): Member => {
  if (event.type !== 'MemberEnrolled') return isEnrolled(member) ? evolveEnrolled(member, event) : member;
  if (member.state !== 'none') return member;
  return { state: 'active', ...event.data, version: 0, cards: [], consents: {} };
};

/** The member: who they are, how they may be reached, by which cards they are known, and whether they still are one. */
export const memberDecider: Decider<MemberCommand, Member, MemberEvent, MemberRefusal, MemberContext> = {
  category: 'member',
  foldVersion: 1,
  initial: () => ({ state: 'none' }),
  decide,
  evolve,
};
