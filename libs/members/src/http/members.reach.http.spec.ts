import { MembersModule } from '../module';
import { MembersApp, tokens } from '../testing/members-app';

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
