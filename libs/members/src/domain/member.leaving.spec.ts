import {
  after,
  cardIssued,
  consent,
  day,
  enrolled,
  erased,
  given,
  now,
  reinstated,
  suspended,
} from '../testing/member.fixtures';
import type { MemberEvent } from './member.events';
import type { MemberCommand } from './member.commands';

const active = (...facts: MemberEvent[]) => after(enrolled(), cardIssued('C1'), ...facts);
const newCard = { cardId: 'C2', number: 'number-of-C2' };

describe('a suspension', () => {
  it('begins and ends', () => {
    given(enrolled())
      .when({ type: 'SuspendMember', reason: 'fraud', note: 'sealed-note' })
      .then({ type: 'MemberSuspended', at: now, data: { reason: 'fraud', note: 'sealed-note' } });
    given(enrolled(), suspended).when({ type: 'ReinstateMember' }).then(reinstated);
    expect(active(suspended)).toMatchObject({ state: 'suspended', suspension: { reason: 'fraud', at: now } });
    expect(active(suspended, reinstated)).toEqual(active());
  });

  it('told twice happens once', () => {
    given(enrolled(), suspended).when({ type: 'SuspendMember', reason: 'again' }).thenNothing();
    given(enrolled()).when({ type: 'ReinstateMember' }).thenNothing();
  });

  it('does not keep a member from changing what is known of them', () =>
    given(enrolled(), suspended)
      .when({ type: 'ChangeProfile', basedOn: 0, profile: 'profile-2', fields: ['phone'] })
      .then({ type: 'ProfileChanged', at: now, data: { profile: 'profile-2', fields: ['phone'] } }));
});

describe('an erasure', () => {
  const erase = (basedOn: number): MemberCommand => ({ type: 'EraseMember', basedOn });

  it('names the key to be destroyed', () => given(enrolled(), cardIssued('C1')).when(erase(1)).then(erased));

  it('leaves a pseudonym, the store and the dates, nothing else', () =>
    expect(active(consent(true, 'form'), suspended, erased)).toEqual({
      state: 'erased',
      storeId: 'S1',
      enrolledAt: now - day,
      keyId: 'K1',
      erasedAt: now,
    }));

  it('told twice happens once', () => given(enrolled(), erased).when(erase(0)).thenNothing());

  it('is read again when a card or profile came between', () =>
    given(enrolled(), cardIssued('C1')).when(erase(0)).thenRefused('changed-meanwhile'));
});

const everyOther: readonly MemberCommand[] = [
  { type: 'ChangeProfile', basedOn: 0, profile: 'p', fields: ['phone'] },
  { type: 'IssueCard', card: newCard, reason: 'lost' },
  { type: 'StateConsents', consents: [] },
  { type: 'SuspendMember', reason: 'fraud' },
  { type: 'ReinstateMember' },
  { type: 'ReachBirthday', year: 2026, at: now },
];

describe.each(everyOther.map((command) => [command.type, command] as const))('%s', (_, command) => {
  it('needs a member', () => given().when(command).thenRefused('member-not-found'));
  it('finds nothing to do after an erasure', () =>
    given(enrolled(), erased).when(command).thenRefused('member-erased'));
});

it('cannot erase a member who never was', () =>
  given().when({ type: 'EraseMember', basedOn: 0 }).thenRefused('member-not-found'));
