import { toText } from '#libs/platform/kernel/instant';
import { now } from '../testing/member.fixtures';
import { MembersModule } from '../module';
import { MembersApp, tokens } from '../testing/members-app';

let chain: MembersApp;
beforeEach(async () => void (chain = await MembersApp.start(MembersModule)));
afterEach(() => chain.app.close());

const post = (memberId: string, what: string, body: object = {}, token = tokens.headOffice) =>
  chain.call('POST', `/v1/members/${memberId}/${what}`, body, { token });
const patch = (memberId: string, profile: object) => chain.call('PATCH', `/v1/members/${memberId}`, { profile });
const show = async (memberId: string) => (await chain.call('GET', `/v1/members/${memberId}`)).body;

describe('changing the profile', () => {
  it('replaces, removes and keeps, and names what changed', async () => {
    const { memberId } = await chain.enrol({ profile: { givenName: 'Ada', phone: '+61400000001', language: 'en' } });
    expect(await patch(memberId, { givenName: 'Augusta', phone: null, email: 'Ada@Example.com' })).toEqual({
      status: 200,
      body: { memberId, changed: ['givenName', 'phone', 'email'] },
    });
    expect((await show(memberId))['profile']).toEqual({
      givenName: 'Augusta',
      language: 'en',
      email: 'ada@example.com',
    });
  });

  it('moves the identifiers: the new ones find, the old ones are free again', async () => {
    const { memberId } = await chain.enrol({ profile: { phone: '+61400000001', email: 'ada@example.com' } });
    await patch(memberId, { phone: '+61400000002' });
    expect((await chain.lookUp('+61400000002')).body['memberId']).toBe(memberId);
    expect((await chain.lookUp('ada@example.com')).body['memberId']).toBe(memberId);
    expect((await chain.lookUp('+61400000001')).status).toBe(404);
    const { memberId: next } = await chain.enrol({ profile: { phone: '+61400000001' } });
    expect((await chain.lookUp('+61400000001')).body['memberId']).toBe(next);
  });

  it('to what it is already changes nothing, identifiers included', async () => {
    const { memberId } = await chain.enrol({ profile: { phone: '+61400000001' } });
    expect((await patch(memberId, { phone: '+61 400 000 001' })).body).toEqual({ memberId, changed: [] });
    expect((await chain.lookUp('+61400000001')).body['memberId']).toBe(memberId);
  });

  it('to a phone of another member is refused and changes nothing', async () => {
    await chain.enrol({ profile: { phone: '+61400000001' } });
    const { memberId } = await chain.enrol({ profile: { phone: '+61400000002' } });
    const refused = await patch(memberId, { phone: '+61400000001', givenName: 'Eve' });
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:regulars:problem:identifier-taken' } });
    expect((await show(memberId))['profile']).toEqual({ phone: '+61400000002' });
  });

  it('to a birthday that is still to come everywhere is refused, with the path', async () => {
    const { memberId } = await chain.enrol({ profile: { birthday: '2026-03-01' } });
    const refused = await patch(memberId, { birthday: '2026-03-02', givenName: 'Eve' });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'profile.birthday' }] } });
    expect((await show(memberId))['profile']).toEqual({ birthday: '2026-03-01' });
    expect((await patch(memberId, { birthday: null })).status).toBe(200);
  });

  it('many times at once loses no change', async () => {
    const { memberId } = await chain.enrol();
    const fields = ['givenName', 'familyName', 'postalAddress'];
    const times = Array.from({ length: 60 }, (_, n) => n);
    const changes = fields.flatMap((field) => times.map((n) => patch(memberId, { [field]: `${field} ${n}` })));
    expect((await Promise.all(changes)).map((each) => each.status)).toEqual(Array(180).fill(200));
    const profile = (await show(memberId))['profile'] as Record<string, string>;
    for (const field of fields) expect(profile[field]).toMatch(new RegExp(`^${field} \\d+$`));
  });

  it('is for editors and the member', async () => {
    const { memberId } = await chain.enrol();
    const asked = async (token: string) =>
      (await chain.call('PATCH', `/v1/members/${memberId}`, { profile: { givenName: 'A' } }, { token })).status;
    for (const token of [tokens.member(memberId), tokens.storeManager, tokens.careAgent])
      expect(await asked(token)).toBe(200);
    for (const token of [tokens.till, tokens.auditor, tokens.marketer, tokens.otherManager])
      expect(await asked(token)).toBe(403);
  });
});

describe('a lost card', () => {
  it.each(['number', 'cardId'] as const)('named by its %s is replaced, and finds nobody any more', async (by) => {
    const { memberId, cards } = await chain.enrol();
    const { status, body } = await post(memberId, 'cards', { reason: 'lost', replaces: cards[0][by] });
    const [fresh] = body['cards'] as { number: string; cardId: string }[];
    expect(status).toBe(201);
    expect(body).toEqual({
      memberId,
      cards: [{ cardId: expect.any(String), number: expect.any(String), kind: 'primary' }],
    });
    expect((await chain.lookUp(fresh?.number ?? '')).body['memberId']).toBe(memberId);
    expect((await chain.lookUp(cards[0].number)).status).toBe(404);
    expect((await show(memberId))['cards']).toEqual([
      { ...cards[0], issuedAt: toText(now), blocked: { at: toText(now), reason: 'lost' } },
      { ...fresh, issuedAt: toText(now), replaces: cards[0].cardId },
    ]);
  });

  it('is replaced once, and only by its own member', async () => {
    const { memberId, cards } = await chain.enrol();
    const other = await chain.enrol();
    const replace = { reason: 'lost', replaces: cards[0].number };
    expect((await post(other.memberId, 'cards', replace)).body['type']).toBe('urn:regulars:problem:card-not-found');
    expect((await post(memberId, 'cards', replace)).status).toBe(201);
    expect((await post(memberId, 'cards', replace)).body['type']).toBe('urn:regulars:problem:card-blocked');
  });

  it('answered again is the same card', async () => {
    const { memberId } = await chain.enrol();
    const ask = () => chain.call('POST', `/v1/members/${memberId}/cards`, { reason: 'partner' }, { key: 'once' });
    const first = await ask();
    expect(await ask()).toEqual(first);
    expect((await show(memberId))['cards']).toHaveLength(2);
  });
});

describe('consents', () => {
  const email = { channel: 'email', purpose: 'promotion' };

  it('with other evidence are another request, whatever its parts are called', async () => {
    const { memberId } = await chain.enrol();
    const send = (password: string) =>
      chain.call(
        'POST',
        `/v1/members/${memberId}/consents`,
        { ...email, granted: true, evidence: { password } },
        { key: 'once' },
      );
    expect((await send('one')).status).toBe(201);
    expect(await send('two')).toMatchObject({ status: 422 });
    expect((await send('one')).status).toBe(201);
  });

  it('are recorded one or many at a time, with what proves them', async () => {
    const { memberId } = await chain.enrol();
    expect(await post(memberId, 'consents', { ...email, granted: true, evidence: { form: '7', place: 'S1' } })).toEqual(
      {
        status: 201,
        body: { memberId, consents: [{ ...email, granted: true, at: toText(now) }] },
      },
    );
    const sms = { channel: 'sms', purpose: 'promotion', granted: false };
    await post(memberId, 'consents', { consents: [{ ...email, granted: false, evidence: 'letter of 1 March' }, sms] });
    expect((await show(memberId))['consents']).toEqual([
      { ...email, granted: false, at: toText(now), evidence: 'letter of 1 March' },
      { ...sms, at: toText(now) },
    ]);
  });
});

describe('a suspension', () => {
  it('shows at the till and in the office, and ends', async () => {
    const { memberId, cards } = await chain.enrol();
    const body = { reason: 'suspected fraud (till 3)', note: 'three receipts from the bin' };
    expect(await post(memberId, 'suspend', body)).toEqual({ status: 200, body: { memberId, state: 'suspended' } });
    expect((await chain.lookUp(cards[0].number)).body['state']).toBe('suspended');
    expect(await show(memberId)).toMatchObject({ state: 'suspended', suspension: { ...body, at: toText(now) } });
    expect(await post(memberId, 'reinstate')).toEqual({ status: 200, body: { memberId, state: 'active' } });
    expect(await show(memberId)).not.toHaveProperty('suspension');
  });
});

describe('an erasure', () => {
  it('leaves an id and a state, and frees every identifier', async () => {
    const profile = { givenName: 'Ada', phone: '+61400000001', email: 'ada@example.com' };
    const { memberId, cards } = await chain.enrol({ profile });
    expect(await post(memberId, 'erase', { reason: 'asked' })).toEqual({
      status: 200,
      body: { memberId, state: 'erased' },
    });
    expect(await show(memberId)).toEqual({ memberId, state: 'erased' });
    for (const identifier of [cards[0].number, profile.phone, profile.email])
      expect((await chain.lookUp(identifier)).status).toBe(404);
    const again = await chain.enrol({ profile });
    expect((await chain.lookUp(profile.phone)).body['memberId']).toBe(again.memberId);
  });

  it('told twice happens once; every other change is refused', async () => {
    const { memberId } = await chain.enrol({ profile: { phone: '+61400000001' } });
    const first = await post(memberId, 'erase');
    expect(await post(memberId, 'erase')).toEqual(first);
    const refused = { status: 409, body: { type: 'urn:regulars:problem:member-erased' } };
    expect(await patch(memberId, { givenName: 'Ada' })).toMatchObject(refused);
    expect(await post(memberId, 'cards', { reason: 'lost' })).toMatchObject(refused);
    expect(await post(memberId, 'suspend', { note: 'why' })).toMatchObject(refused);
    expect(
      await chain.call('POST', '/v1/members', { memberId, storeId: 'S1', channel: 'till', profile: {} }),
    ).toMatchObject({
      status: 409,
      body: { type: 'urn:regulars:problem:member-exists' },
    });
  });

  it('takes the card number out of answers given again', async () => {
    const body = { storeId: 'S1', channel: 'till', profile: {} };
    const { body: first } = await chain.call('POST', '/v1/members', body, { key: 'once' });
    await post(String(first['memberId']), 'erase');
    const { status, body: again } = await chain.call('POST', '/v1/members', body, { key: 'once' });
    expect(status).toBe(201);
    expect(again).toEqual({ ...first, cards: [{ ...(first['cards'] as object[])[0], number: null }] });
  });

  it('is for head office, care and the member', async () => {
    const erase = async (token: string) => {
      const { memberId } = await chain.enrol();
      return (await post(memberId, 'erase', {}, token)).status;
    };
    expect(await erase(tokens.careAgent)).toBe(200);
    for (const token of [tokens.storeManager, tokens.till, tokens.auditor]) expect(await erase(token)).toBe(403);
    const { memberId } = await chain.enrol();
    expect((await post(memberId, 'erase', {}, tokens.member(memberId))).status).toBe(200);
  });
});

it.each(['cards', 'consents', 'suspend', 'reinstate', 'erase'])('%s of an unknown member is 404', async (what) => {
  const bodies: Record<string, object> = {
    cards: { reason: 'lost' },
    consents: { channel: 'sms', purpose: 'p', granted: true },
  };
  expect((await post('nobody', what, bodies[what])).status).toBe(404);
});
