import { MembersModule } from '../module';
import { MembersApp, tokens } from '../testing/members-app';

let chain: MembersApp;
beforeEach(async () => void (chain = await MembersApp.start(MembersModule)));
afterEach(() => chain.app.close());

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
