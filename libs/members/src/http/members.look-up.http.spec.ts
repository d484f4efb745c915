import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { TILL_VIEW_PORT, type TillView } from '../contract';
import { MembersModule } from '../module';
import { MembersApp, tokenFor, tokens } from '../testing/members-app';

const ada = { givenName: 'Ada', phone: '+61400000001' };

let chain: MembersApp;
beforeEach(async () => void (chain = await MembersApp.start(MembersModule)));
afterEach(() => chain.app.close());

const statuses = async (count: number, identifier: string, token: string) =>
  new Set(
    (await Promise.all(Array.from({ length: count }, () => chain.lookUp(identifier, token)))).map(
      ({ status }) => status,
    ),
  );

describe('looking up', () => {
  it.each(['+61400999999', 'nobody@example.com', '9000000000000008', 'Ada', '1'])('%s finds nobody', async (text) =>
    expect(await chain.lookUp(text)).toMatchObject({
      status: 404,
      body: { type: 'urn:regulars:problem:member-not-found' },
    }),
  );

  it('needs no key and keeps none', async () => {
    const { cards } = await chain.enrol();
    const reply = await chain.app.inject({
      method: 'POST',
      url: '/v1/members/lookup',
      headers: { authorization: `Bearer ${tokens.till}` },
      payload: { identifier: cards[0].number },
    });
    expect(reply.statusCode).toBe(200);
  });

  it('shows what the account says', async () => {
    const view: TillView = {
      tier: { code: 'gold' },
      wallets: [{ code: 'points', available: 7 }],
      vouchers: [],
      prompts: [],
    };
    const providers = [{ provide: TILL_VIEW_PORT, useValue: { view: () => Promise.resolve(view) } }];
    const withAccounts = await MembersApp.start(MembersModule, { providers });
    const { cards } = await withAccounts.enrol();
    expect((await withAccounts.lookUp(cards[0].number)).body).toMatchObject({ ...view, displayName: null });
    await withAccounts.app.close();
  });

  it('is limited for people, whomever they find', async () => {
    await chain.enrol({ profile: ada });
    expect(await statuses(310, ada.phone, tokens.cashier)).toEqual(new Set([200, 429]));
  });

  it('is limited for a till only where it finds nobody; then it waits, and no other till with it', async () => {
    await chain.enrol({ profile: ada });
    for (let round = 0; round < 3; round += 1)
      expect(await statuses(300, ada.phone, tokens.till)).toEqual(new Set([200]));
    expect(await statuses(610, '+61400999999', tokens.till)).toEqual(new Set([404, 429]));
    expect(await statuses(1, ada.phone, tokens.till)).toEqual(new Set([429]));
    const other = tokenFor({ credential: 'till:S1/T2', roles: ['till'], scope: ['S1'], tillId: 'T2' });
    expect(await statuses(1, ada.phone, other)).toEqual(new Set([200]));
  });

  it('counts nothing for a till while the search fails', async () => {
    const providers = [
      { provide: TILL_VIEW_PORT, useValue: { view: () => Promise.reject(new StoreUnavailable('away')) } },
    ];
    const broken = await MembersApp.start(MembersModule, { providers });
    await broken.enrol({ profile: ada });
    const asked = await Promise.all(Array.from({ length: 610 }, () => broken.lookUp(ada.phone)));
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([503]));
    expect((await broken.lookUp('+61400999999')).status).toBe(404);
    await broken.app.close();
  });
});

describe('asking whether somebody has a number', () => {
  const numberOf = (index: number): string => `+614000${String(index).padStart(5, '0')}`;
  const email = 'ada@example.com';

  /** Tries numbers without ever enrolling: the address is taken, and an answer names the first that is. */
  const guess = (index: number, token: string) =>
    chain.call(
      'POST',
      '/v1/members',
      { storeId: 'S1', channel: 'till', profile: { phone: numberOf(index), email } },
      { token },
    );
  const guesses = async (count: number, token: string) =>
    (await Promise.all(Array.from({ length: count }, (_, index) => guess(index, token)))).map(({ status }) => status);

  it.each([
    ['a till', tokens.till, 600],
    ['a cashier', tokens.cashier, 300],
    ['a service desk', tokens.careAgent, 300],
  ])('by enrolling is looking up, and as limited: %s', async (_, token, most) => {
    await chain.enrol({ profile: { email } });
    const first = await guesses(most - 5, token);
    expect(new Set(first)).toEqual(new Set([409]));
    expect(new Set(await guesses(150, token))).toEqual(new Set([409, 429]));
    expect(await statuses(20, '+61400999999', token)).toContain(429);
    expect((await chain.enrol({ profile: ada })).memberId).toBeDefined();
  });

  it("by changing somebody's profile is limited, too", async () => {
    const { memberId } = await chain.enrol();
    await chain.enrol({ profile: { email } });
    const change = (profile: object) =>
      chain.call('PATCH', `/v1/members/${memberId}`, { profile }, { token: tokens.storeManager });
    const answered: number[] = [];
    for (let index = 0; index < 400; index += 1)
      answered.push((await change({ phone: numberOf(index), email })).status);
    expect(answered.indexOf(429)).toBeGreaterThanOrEqual(300);
    expect(new Set(answered)).toEqual(new Set([409, 429]));
  });

  it('costs nothing when nobody has it: a till enrols as many as come', async () => {
    for (let round = 0; round < 5; round += 1) {
      const enrolled = Array.from({ length: 150 }, (_, index) =>
        chain.enrol({ profile: { phone: numberOf(round * 150 + index) } }, { token: tokens.till }),
      );
      expect(await Promise.all(enrolled)).toHaveLength(150);
    }
  });
});
