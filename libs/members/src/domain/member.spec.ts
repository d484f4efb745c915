import fc from 'fast-check';
import {
  after,
  cardBlocked,
  cardIssued,
  consent,
  day,
  enrol,
  enrolled,
  erased,
  given,
  now,
} from '../testing/member.fixtures';
import { memberDecider } from './member.decider';
import type { MemberEvent } from './member.events';
import type { ConsentStatement, MemberCommand } from './member.commands';
import type { EnrolledMember } from './member';

const active = (...facts: MemberEvent[]): EnrolledMember =>
  after(enrolled(), cardIssued('C1'), ...facts) as EnrolledMember;
const newCard = { cardId: 'C2', number: 'number-of-C2' };

describe('enrolment', () => {
  it('states the member, the first card and every consent in one go', () =>
    given()
      .when(
        enrol({
          enrolledAt: now - day,
          birthday: 'sealed-birthday',
          consents: [
            { channel: 'email', purpose: 'promotion', granted: true, evidence: 'sealed-form' },
            { channel: 'sms', purpose: 'promotion', granted: false },
          ],
        }),
      )
      .then(
        enrolled({ birthday: 'sealed-birthday' }),
        cardIssued('C1'),
        {
          type: 'ConsentGiven',
          at: now - day,
          data: { channel: 'email', purpose: 'promotion', evidence: 'sealed-form' },
        },
        { type: 'ConsentWithdrawn', at: now - day, data: { channel: 'sms', purpose: 'promotion' } },
      ));

  it('may lie in the past and, as clocks differ, five minutes ahead', () => {
    expect(given().when(enrol({ enrolledAt: now - 4_000 * day })).decision.kind).toBe('accepted');
    expect(given().when(enrol({ enrolledAt: now + 5 * 60_000 })).decision.kind).toBe('accepted');
    given()
      .when(enrol({ enrolledAt: now + 5 * 60_000 + 1 }))
      .thenRefused('enrolled-in-future');
  });

  it('happens once', () => {
    given(enrolled()).when(enrol()).thenRefused('member-exists');
    given(enrolled(), erased).when(enrol()).thenRefused('member-exists');
  });

  it('names a referrer only who is a member', () => {
    given()
      .when(enrol({ referrerMemberId: 'M9' }), { referrerIsMember: false })
      .thenRefused('referrer-not-found');
    const { decision } = given().when(enrol({ referrerMemberId: 'M9' }), { referrerIsMember: true });
    expect(decision).toMatchObject({ kind: 'accepted', events: [{ data: { referrerMemberId: 'M9' } }, {}] });
  });

  it('leaves a member in good standing', () =>
    expect(active()).toEqual({
      state: 'active',
      storeId: 'S1',
      channel: 'till',
      enrolledAt: now - day,
      keyId: 'K1',
      profile: 'profile-1',
      version: 1,
      cards: [{ cardId: 'C1', kind: 'primary', number: 'number-of-C1', issuedAt: now - day }],
      consents: {},
    }));
});

describe('a profile change', () => {
  const change = (parts: { basedOn: number; fields: string[]; birthday?: string }): MemberCommand => ({
    type: 'ChangeProfile',
    profile: 'profile-2',
    ...parts,
  });

  it('puts the new profile in place and names the fields, never the values', () =>
    given(enrolled(), cardIssued('C1'))
      .when(change({ basedOn: 1, fields: ['phone'] }))
      .then({ type: 'ProfileChanged', at: now, data: { profile: 'profile-2', fields: ['phone'] } }));

  it('of nothing states nothing', () =>
    given(enrolled())
      .when(change({ basedOn: 99, fields: [] }))
      .thenNothing());

  it('merged on a profile that has changed since is refused', () =>
    given(enrolled(), cardIssued('C1'))
      .when(change({ basedOn: 0, fields: ['phone'] }))
      .thenRefused('changed-meanwhile'));

  it('takes the birthday away when the new profile has none', () => {
    const fact: MemberEvent = { type: 'ProfileChanged', at: now, data: { profile: 'profile-2', fields: ['birthday'] } };
    const before = after(enrolled({ birthday: 'sealed' })) as EnrolledMember;
    expect(before.birthday).toBe('sealed');
    expect(memberDecider.evolve(before, fact)).toEqual({
      ...(after(enrolled()) as EnrolledMember),
      profile: 'profile-2',
      version: 1,
    });
  });
});

describe('a card', () => {
  it('lost is blocked, and a new one of its kind stands in', () =>
    given(enrolled(), cardIssued('C1'))
      .when({ type: 'IssueCard', card: newCard, reason: 'lost', replaces: 'C1' })
      .then(cardBlocked('C1'), {
        type: 'CardIssued',
        at: now,
        data: { cardId: 'C2', kind: 'primary', number: 'number-of-C2', replaces: 'C1', reason: 'lost' },
      }));

  it('may be added to the first', () =>
    given(enrolled(), cardIssued('C1'))
      .when({ type: 'IssueCard', card: newCard, reason: 'partner' })
      .then({
        type: 'CardIssued',
        at: now,
        data: { cardId: 'C2', kind: 'additional', number: 'number-of-C2', reason: 'partner' },
      }));

  it('cannot be replaced when unknown or blocked already', () => {
    const replace: MemberCommand = { type: 'IssueCard', card: newCard, reason: 'lost', replaces: 'C1' };
    given(enrolled()).when(replace).thenRefused('card-not-found');
    given(enrolled(), cardIssued('C1'), cardBlocked('C1')).when(replace).thenRefused('card-blocked');
  });

  it('keeps its history: when it was blocked and why', () =>
    expect(active(cardBlocked('C1', 'stolen')).cards).toEqual([
      {
        cardId: 'C1',
        kind: 'primary',
        number: 'number-of-C1',
        issuedAt: now - day,
        blocked: { at: now, reason: 'stolen' },
      },
    ]));
});

describe('a consent', () => {
  const state = (granted: boolean, evidence?: string): MemberCommand => ({
    type: 'StateConsents',
    consents: [{ channel: 'email', purpose: 'promotion', granted, ...(evidence === undefined ? {} : { evidence }) }],
  });

  it('is given and withdrawn', () => {
    given(enrolled()).when(state(true)).then(consent(true));
    given(enrolled(), consent(true)).when(state(false)).then(consent(false));
    expect(active(consent(true), consent(false)).consents).toEqual({
      'email/promotion': { channel: 'email', purpose: 'promotion', granted: false, at: now },
    });
  });

  it('repeated without new evidence says nothing new', () => {
    given(enrolled(), consent(true, 'form-1')).when(state(true)).thenNothing();
    given(enrolled(), consent(false)).when(state(false)).thenNothing();
  });

  it('repeated with evidence is recorded again: what proves it may matter later', () =>
    given(enrolled(), consent(true, 'form-1')).when(state(true, 'form-2')).then(consent(true, 'form-2')));

  const statements = (...granted: boolean[]): MemberCommand => ({
    type: 'StateConsents',
    consents: granted.map((each) => ({ channel: 'email', purpose: 'promotion', granted: each })),
  });

  it('given and withdrawn in one request stands as it was said last', () => {
    given(enrolled(), consent(false)).when(statements(true, false)).then(consent(true), consent(false));
    given(enrolled(), consent(true))
      .when(statements(true, false, false))
      .then(consent(false));
  });

  const word = fc.record({
    channel: fc.constantFrom('email', 'sms'),
    purpose: fc.constantFrom('promotion', 'service'),
    granted: fc.boolean(),
    evidence: fc.option(fc.constantFrom('form-1', 'form-2'), { nil: undefined }),
  });
  const words = fc
    .array(word, { maxLength: 8 })
    .map((all) => all.map(({ evidence, ...said }) => (evidence === undefined ? said : { ...said, evidence })));

  it('comes out the same, said in one request or in one each', () =>
    fc.assert(
      fc.property(words, words, (before, said) => {
        const tell = (facts: readonly MemberEvent[], consents: readonly ConsentStatement[]): readonly MemberEvent[] => {
          const { decision } = given(...facts).when({ type: 'StateConsents', consents });
          return decision.kind === 'accepted' ? [...facts, ...decision.events] : [];
        };
        const start = tell([enrolled()], before);
        const oneByOne = said.reduce((facts, each) => tell(facts, [each]), start);
        expect(tell(start, said)).toEqual(oneByOne);
      }),
    ));

  it('refused by someone who was never asked is an objection worth keeping', () =>
    given(enrolled()).when(state(false)).then(consent(false)));
});

describe('a birthday', () => {
  const reach = (year: number): MemberCommand => ({ type: 'ReachBirthday', year, at: now });
  const reached = (year: number): MemberEvent => ({ type: 'BirthdayReached', at: now, data: { year } });

  it('is stated once a year', () => {
    given(enrolled({ birthday: 'sealed' }))
      .when(reach(2026))
      .then(reached(2026));
    given(enrolled({ birthday: 'sealed' }), reached(2026))
      .when(reach(2026))
      .thenNothing();
    given(enrolled({ birthday: 'sealed' }), reached(2026))
      .when(reach(2025))
      .thenNothing();
    given(enrolled({ birthday: 'sealed' }), reached(2026))
      .when(reach(2027))
      .then(reached(2027));
  });

  it('is not stated of a member who does not tell it', () => given(enrolled()).when(reach(2026)).thenNothing());
});
