import { toText } from '#libs/platform/kernel/instant';
import { isCardNumber } from '../domain/card-numbers';
import { day, now } from '../testing/member.fixtures';
import { MembersModule } from '../module';
import { MembersApp, tokens } from '../testing/members-app';

const ada = { givenName: 'Ada', familyName: 'Lovelace', phone: '+61 400 000 001', email: 'Ada@Example.com' };

let chain: MembersApp;
beforeEach(async () => void (chain = await MembersApp.start(MembersModule)));
afterEach(() => chain.app.close());

describe('enrolling', () => {
  it('answers an id and a card, and the member is found at once by card, phone and e-mail', async () => {
    const { memberId, cards } = await chain.enrol({ profile: ada }, { token: tokens.till });
    expect(memberId).toMatch(/^M[0-9A-V]{16}$/);
    expect(cards).toEqual([{ cardId: expect.any(String), number: expect.any(String), kind: 'primary' }]);
    expect(isCardNumber(cards[0].number)).toBe(true);
    const view = {
      memberId,
      displayName: 'Ada Lovelace',
      state: 'active',
      tier: null,
      wallets: [],
      vouchers: [],
      prompts: [],
    };
    for (const identifier of [cards[0].number, '+61400000001', '+61 (400) 000-001', 'ADA@example.com'])
      expect(await chain.lookUp(identifier)).toEqual({ status: 200, body: view });
  });

  it('keeps the id it is told, once', async () => {
    expect((await chain.enrol({ memberId: 'M1' })).memberId).toBe('M1');
    const again = await chain.call('POST', '/v1/members', {
      memberId: 'M1',
      storeId: 'S1',
      channel: 'till',
      profile: {},
    });
    expect(again).toMatchObject({ status: 409, body: { type: 'urn:regulars:problem:member-exists' } });
  });

  it.each([
    ['phone', { phone: '+61-400-000-001' }],
    ['e-mail', { email: 'ADA@EXAMPLE.COM' }],
  ])('refuses a second member with the same %s, however it is written', async (_, profile) => {
    await chain.enrol({ profile: ada });
    const taken = await chain.call('POST', '/v1/members', { storeId: 'S1', channel: 'web', profile });
    expect(taken).toMatchObject({ status: 409, body: { type: 'urn:regulars:problem:identifier-taken' } });
  });

  it('gives the same answer to the same request, card number included', async () => {
    const body = { storeId: 'S1', channel: 'till', profile: ada };
    const first = await chain.call('POST', '/v1/members', body, { key: 'once' });
    expect(first.status).toBe(201);
    expect(await chain.call('POST', '/v1/members', body, { key: 'once' })).toEqual(first);
    const other = await chain.call('POST', '/v1/members', { ...body, profile: {} }, { key: 'once' });
    expect(other).toMatchObject({ status: 422, body: { type: 'urn:regulars:problem:idempotency-mismatch' } });
  });

  it('has one effect when the same request comes many times at once', async () => {
    const body = { storeId: 'S1', channel: 'till', profile: ada };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => chain.call('POST', '/v1/members', body, { key: 'once' })),
    );
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });

  it('may lie in the past, not ahead of the clock', async () => {
    const { memberId } = await chain.enrol({ enrolledAt: '2020-01-01T09:00:00+11:00' });
    expect((await chain.call('GET', `/v1/members/${memberId}`)).body['enrolledAt']).toBe('2019-12-31T22:00:00.000Z');
    const ahead = { storeId: 'S1', channel: 'till', profile: {}, enrolledAt: toText(now + day) };
    expect(await chain.call('POST', '/v1/members', ahead)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'enrolledAt' }] },
    });
  });

  it('names a referrer who is a member', async () => {
    const { memberId } = await chain.enrol();
    const friend = await chain.enrol({ referrerMemberId: memberId });
    expect((await chain.call('GET', `/v1/members/${friend.memberId}`)).body['referrerMemberId']).toBe(memberId);
    const unknown = { storeId: 'S1', channel: 'till', profile: {}, referrerMemberId: 'nobody' };
    expect((await chain.call('POST', '/v1/members', unknown)).body['type']).toBe(
      'urn:regulars:problem:referrer-not-found',
    );
  });

  it.each([
    [{ profile: { phone: '0400 000 001' } }, 'profile.phone'],
    [{ profile: { email: 'ada at example' } }, 'profile.email'],
    [{ profile: { birthday: '1990-02-30' } }, 'profile.birthday'],
    [{ profile: { birthday: '2026-03-02' } }, 'profile.birthday'],
    [{ profile: { nickname: 'A' } }, 'profile.nickname'],
    [{ profile: undefined }, 'profile'],
    [{ memberId: 'ada@example.com' }, 'memberId'],
    [{ channel: 'by phone with Ada' }, 'channel'],
    [{ tier: 'gold' }, 'tier'],
    [{ consents: [{ channel: 'email', purpose: 'promotion' }] }, 'consents[0].granted'],
  ])('refuses %j with the path', async (parts, path) => {
    const body = { storeId: 'S1', channel: 'till', profile: {}, ...parts };
    expect(await chain.call('POST', '/v1/members', body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });
});

describe('showing a member', () => {
  const enrolWithConsent = () =>
    chain.enrol({
      profile: { ...ada, birthday: '1990-05-17', postalAddress: { street: '1 Collins St' }, language: 'en-AU' },
      consents: [{ channel: 'email', purpose: 'promotion', granted: true, evidence: 'form 7, signed' }],
    });

  it('shows the office everything', async () => {
    const { memberId, cards } = await enrolWithConsent();
    expect(await chain.call('GET', `/v1/members/${memberId}`)).toEqual({
      status: 200,
      body: {
        memberId,
        state: 'active',
        storeId: 'S1',
        channel: 'till',
        enrolledAt: toText(now),
        profile: {
          ...ada,
          phone: '+61400000001',
          email: 'ada@example.com',
          birthday: '1990-05-17',
          postalAddress: { street: '1 Collins St' },
          language: 'en-AU',
        },
        cards: [{ ...cards[0], issuedAt: toText(now) }],
        consents: [
          { channel: 'email', purpose: 'promotion', granted: true, at: toText(now), evidence: 'form 7, signed' },
        ],
      },
    });
  });

  it('shows an auditor only the end of card numbers', async () => {
    const { memberId, cards } = await enrolWithConsent();
    const { status, body } = await chain.call('GET', `/v1/members/${memberId}`, undefined, { token: tokens.auditor });
    expect(status).toBe(200);
    expect(body['cards']).toMatchObject([{ number: `•••• ${cards[0].number.slice(-4)}` }]);
    expect(body['profile']).toMatchObject({ givenName: 'Ada' });
  });

  it('shows a marketer nothing personal', async () => {
    const { memberId, cards } = await enrolWithConsent();
    const { status, body } = await chain.call('GET', `/v1/members/${memberId}`, undefined, { token: tokens.marketer });
    expect(status).toBe(200);
    expect(body['consents']).toEqual([{ channel: 'email', purpose: 'promotion', granted: true, at: toText(now) }]);
    // Ids are made by chance, and so are the numbers of cards: the one may hold the other's digits, as a year may.
    const told = JSON.stringify(body)
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
      .replaceAll(toText(now), 'now');
    for (const personal of [
      'Ada',
      'Lovelace',
      '400000001',
      'example',
      '1990',
      'Collins',
      'form 7',
      cards[0].number.slice(-4),
    ])
      expect(told).not.toContain(personal);
  });

  it('is for those who reach the home store, and for the member', async () => {
    const { memberId } = await enrolWithConsent();
    const other = await chain.enrol();
    const asked = async (token: string) =>
      (await chain.call('GET', `/v1/members/${memberId}`, undefined, { token })).status;
    expect(await asked(tokens.storeManager)).toBe(200);
    expect(await asked(tokens.careAgent)).toBe(200);
    expect(await asked(tokens.member(memberId))).toBe(200);
    expect(await asked(tokens.otherManager)).toBe(403);
    expect(await asked(tokens.member(other.memberId))).toBe(403);
    expect(await asked(tokens.till)).toBe(403);
    expect(await asked(tokens.cashier)).toBe(403);
    expect((await chain.call('GET', '/v1/members/nobody')).status).toBe(404);
  });
});

it('is documented', async () => {
  const reply = await chain.app.inject({ method: 'GET', url: '/docs/openapi.json' });
  const { paths, components } = reply.json<{ paths: object; components: { schemas: Record<string, object> } }>();
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/v1/members',
      '/v1/members/lookup',
      '/v1/members/{memberId}',
      '/v1/members/{memberId}/erase',
    ]),
  );
  expect(components.schemas['NewMember']).toMatchObject({
    required: expect.arrayContaining(['storeId', 'channel', 'profile']),
  });
});
