import { MembersModule } from '../module';
import { MembersApp, tokenFor, tokens } from '../testing/members-app';

let chain: MembersApp;
beforeAll(async () => void (chain = await MembersApp.start(MembersModule)));
afterAll(() => chain.app.close());

describe('who may enrol', () => {
  const enrolIn = async (storeId: string, token: string) =>
    (await chain.call('POST', '/v1/members', { storeId, channel: 'till', profile: {} }, { token })).status;

  it('is whoever works in the store', async () => {
    for (const token of [tokens.till, tokens.cashier, tokens.storeManager, tokens.careAgent, tokens.headOffice])
      expect(await enrolIn('S1', token)).toBe(201);
    for (const token of [tokens.till, tokens.cashier, tokens.storeManager])
      expect(await enrolIn('S2', token)).toBe(403);
    for (const token of [tokens.marketer, tokens.auditor]) expect(await enrolIn('S1', token)).toBe(403);
    expect(await enrolIn('S9', tokens.headOffice)).toBe(404);
  });

  it('says nothing to strangers about who is a member', async () => {
    for (const token of [tokens.marketer, tokens.auditor, tokens.member('M1')])
      expect((await chain.lookUp('+61400000001', token)).status).toBe(403);
  });
});

describe('a key that was used before', () => {
  const person = { storeId: 'S1', channel: 'till', profile: {} };
  const enrols = (body: object, key: string, token = tokens.headOffice) =>
    chain.call('POST', '/v1/members', body, { key, token });

  it('is looked at before the store of another enrolment', async () => {
    await enrols(person, 'used');
    expect((await enrols({ ...person, storeId: 'S9' }, 'used')).status).toBe(422);
    expect((await enrols({ ...person, storeId: 'S9' }, 'new')).status).toBe(404);
  });

  it('answers as the first time, card number included, though its store is no longer within reach', async () => {
    const manager = { credential: 'staff:moved', roles: ['storeManager'], staffId: 'moved' };
    const [before, after] = [tokenFor({ ...manager, scope: ['S1'] }), tokenFor({ ...manager, scope: ['S2'] })];
    const first = await enrols(person, 'moved', before);
    expect(first.body['cards']).toMatchObject([{ number: expect.stringMatching(/^9\d{15}$/) }]);
    expect(await enrols(person, 'moved', after)).toEqual(first);
    const { memberId } = first.body as { memberId: string };
    const suspend = (token: string) =>
      chain.call('POST', `/v1/members/${memberId}/suspend`, { reason: 'fraud' }, { key: 'suspend', token });
    const suspended = await suspend(before);
    expect(suspended.status).toBe(200);
    expect(await suspend(after)).toEqual(suspended);
  });
});

describe('each route', () => {
  const consent = { channel: 'sms', purpose: 'promotion', granted: true };
  const routes: readonly (readonly [string, 'GET' | 'POST' | 'PATCH', string, object | undefined])[] = [
    ['show', 'GET', '', undefined],
    ['change', 'PATCH', '', { profile: { givenName: 'Ada' } }],
    ['card', 'POST', '/cards', { reason: 'lost' }],
    ['consent', 'POST', '/consents', consent],
    ['suspend', 'POST', '/suspend', { reason: 'fraud' }],
    ['reinstate', 'POST', '/reinstate', {}],
    ['erase', 'POST', '/erase', {}],
  ];

  /** Who may do what to a member of S1: `+` may, `-` may not. */
  const table: Readonly<Record<string, string>> = {
    //             show change card consent suspend reinstate erase
    headOffice: '+++++++',
    careAgent: '+++++++',
    storeManager: '++++++-',
    otherManager: '-------',
    auditor: '+------',
    marketer: '+------',
    cashier: '-------',
    till: '-------',
    self: '++-+--+',
    otherMember: '-------',
  };

  const cases = Object.entries(table).flatMap(([who, may]) =>
    routes.map(([what, ...request], index) => [who, what, may[index] === '+', request] as const),
  );

  const tokenOf = (who: string, memberId: string): string => {
    if (who === 'self') return tokens.member(memberId);
    if (who === 'otherMember') return tokens.member('M-other');
    return tokens[who as 'headOffice'];
  };

  let here: string;
  beforeAll(() => chain.enrol({ memberId: 'M-other' }));
  beforeEach(async () => void (here = (await chain.enrol()).memberId));

  it.each(cases)('%s may %s: %s', async (who, _, may, [method, path, body]) => {
    const answer = await chain.call(method, `/v1/members/${here}${path}`, body, { token: tokenOf(who, here) });
    if (may) expect(answer.status).toBeLessThan(300);
    else expect(answer.status).toBe(403);
  });

  it.each(routes)('%s of a member who is not there is 404, for those who may ask', async (_, method, path, body) => {
    expect((await chain.call(method, `/v1/members/nobody${path}`, body)).status).toBe(404);
    expect((await chain.call(method, `/v1/members/nobody${path}`, body, { token: tokens.till })).status).toBe(403);
  });

  it.each(routes.filter(([, method]) => method !== 'GET'))(
    '%s under a key of another request is 422, whoever is meant and whoever asks',
    async (what, method, path, body) => {
      const key = `used-${what}`;
      for (const token of [tokens.headOffice, tokens.otherManager])
        await chain.enrol({ storeId: token === tokens.headOffice ? 'S1' : 'S2' }, { token, key });
      const mismatch = { status: 422, body: { type: 'urn:regulars:problem:idempotency-mismatch' } };
      expect(await chain.call(method, `/v1/members/nobody${path}`, body, { key })).toMatchObject(mismatch);
      const outside = await chain.call(method, `/v1/members/${here}${path}`, body, { key, token: tokens.otherManager });
      expect(outside).toMatchObject(what === 'erase' ? { status: 403 } : mismatch);
    },
  );

  it.each(routes.filter(([, method]) => method !== 'GET'))(
    '%s needs an Idempotency-Key',
    async (_, method, path, body) => {
      const reply = await chain.app.inject({
        method: method as 'POST',
        url: `/v1/members/${here}${path}`,
        headers: { authorization: `Bearer ${tokens.headOffice}` },
        ...(body === undefined ? {} : { payload: body }),
      });
      expect(reply.statusCode).toBe(400);
      expect(reply.json()).toMatchObject({ type: 'urn:regulars:problem:idempotency-key-required' });
    },
  );

  it.each(routes.filter(([, method]) => method !== 'GET'))(
    '%s refuses a field it does not know',
    async (_, method, path, body) => {
      const answer = await chain.call(method, `/v1/members/${here}${path}`, { ...body, typo: 1 });
      expect(answer.status).toBe(400);
    },
  );
});
