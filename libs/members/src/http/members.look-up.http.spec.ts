import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { TILL_VIEW_PORT, type TillView } from '../contract';
import { MembersModule } from '../module';
import { MembersApp, tokenFor, tokens } from '../testing/members-app';

const ada = { givenName: 'Ada', phone: '+61400000001' };

let chain: MembersApp;
beforeEach(async () => void (chain = await MembersApp.start(MembersModule)));
afterEach(() => chain.app.close());

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

  const statuses = async (count: number, identifier: string, token: string) =>
    new Set(
      (await Promise.all(Array.from({ length: count }, () => chain.lookUp(identifier, token)))).map(
        ({ status }) => status,
      ),
    );

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
