import { MEMBER_PORT, MEMBER_TEXT_PORT, type MemberPort, type MemberTextPort } from './contract';
import { MembersModule } from './module';
import { now } from './testing/member.fixtures';
import { MembersApp } from './testing/members-app';

let chain: MembersApp;
let members: MemberPort;
let texts: MemberTextPort;

beforeEach(async () => {
  chain = await MembersApp.start(MembersModule);
  members = chain.app.get<MemberPort>(MEMBER_PORT);
  texts = chain.app.get<MemberTextPort>(MEMBER_TEXT_PORT);
});
afterEach(() => chain.app.close());

const post = (memberId: string, what: string) => chain.call('POST', `/v1/members/${memberId}/${what}`, {});

describe('what other contexts may ask of members', () => {
  it('is their state, home store and enrolment, at once after each write', async () => {
    expect(await members.member('M1')).toBeUndefined();
    await chain.enrol({ memberId: 'M1', storeId: 'S2' });
    const facts = { memberId: 'M1', storeId: 'S2', enrolledAt: now };
    expect(await members.member('M1')).toEqual({ ...facts, state: 'active' });
    await post('M1', 'suspend');
    expect(await members.member('M1')).toEqual({ ...facts, state: 'suspended' });
    await post('M1', 'reinstate');
    expect(await members.member('M1')).toEqual({ ...facts, state: 'active' });
    await post('M1', 'erase');
    expect(await members.member('M1')).toEqual({ ...facts, state: 'erased' });
  });

  it('is how to address them', async () => {
    await chain.enrol({ memberId: 'M1', profile: { givenName: 'Ada', familyName: 'Lovelace' } });
    await chain.enrol({ memberId: 'M2' });
    expect(await members.displayName('M1')).toBe('Ada Lovelace');
    expect(await members.displayName('M2')).toBeUndefined();
    expect(await members.displayName('nobody')).toBeUndefined();
    await post('M1', 'erase');
    expect(await members.displayName('M1')).toBeUndefined();
  });

  it('is who has a card, phone or e-mail', async () => {
    const { cards } = await chain.enrol({
      memberId: 'M1',
      profile: { phone: '+61400000001', email: 'ada@example.com' },
    });
    for (const identifier of [cards[0].number, '+61 400 000 001', 'Ada@Example.com']) {
      expect(await members.byIdentifier(identifier)).toBe('M1');
    }
    for (const identifier of ['', 'M1', '+61400000002', '9000000000000008'])
      expect(await members.byIdentifier(identifier)).toBeUndefined();
    await post('M1', 'suspend');
    expect(await members.byIdentifier('+61400000001')).toBe('M1');
    await post('M1', 'erase');
    for (const identifier of [cards[0].number, '+61400000001', 'ada@example.com'])
      expect(await members.byIdentifier(identifier)).toBeUndefined();
  });
});

describe('texts about a member', () => {
  it('can be kept sealed, and are unreadable after the erasure', async () => {
    await chain.enrol({ memberId: 'M1' });
    const sealed = (await texts.seal('M1', 'the coffee was cold, says Ada')) ?? '';
    expect(Buffer.from(sealed, 'base64url').includes('coffee')).toBe(false);
    expect(await texts.open('M1', sealed)).toBe('the coffee was cold, says Ada');
    await post('M1', 'erase');
    expect(await texts.open('M1', sealed)).toBeUndefined();
    expect(await texts.seal('M1', 'and more')).toBeUndefined();
  });

  it('open for nobody else', async () => {
    await chain.enrol({ memberId: 'M1' });
    await chain.enrol({ memberId: 'M2' });
    const sealed = (await texts.seal('M1', 'the coffee was cold')) ?? '';
    await expect(texts.open('M2', sealed)).rejects.toThrow('cannot be opened');
    expect(await texts.open('nobody', sealed)).toBeUndefined();
    expect(await texts.seal('nobody', 'text')).toBeUndefined();
  });
});
