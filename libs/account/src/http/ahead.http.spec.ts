import { programme, rule } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, sale, ticket } from '../testing/account-app';

const rules = programme({ earningRules: [rule()] });

let warm: AccountApp;
/** Another process, whose memory is empty: nobody has been at its tills today. */
let cold: AccountApp;
beforeEach(async () => {
  warm = await AccountApp.start(AccountModule, rules);
  await warm.buy('1', 5_000);
  cold = await warm.beside(AccountModule, rules);
});
afterEach(async () => {
  await cold.close();
  await warm.close();
});

const asks = {
  'a ticket': ['/v1/purchases', sale('2', 1_000)],
  'a quote': ['/v1/quotes', sale('2', 1_000)],
  'a visit': ['/v1/visits', { memberId: 'M1', storeId: 'S1', occurredAt: '2026-03-01T11:00:00+11:00', kind: 'visit' }],
  'a return': [
    '/v1/returns',
    {
      ...{ memberId: 'M1', storeId: 'S1', tillId: 'T1', ticketNo: 'R1', businessDate: '2026-03-01' },
      occurredAt: '2026-03-01T12:00:00+11:00',
      of: { storeId: 'S1', tillId: 'T1', ticketNo: '1', businessDate: '2026-03-01' },
      lines: [{ lineNo: 1, quantity: 1 }],
    },
  ],
} as const;

it.each(Object.entries(asks))('%s loads the account while it is asked who the member is', async (_, [url, body]) => {
  let known: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    const member = cold.members.member.bind(cold.members);
    cold.members.member = async (memberId) => {
      await new Promise<void>((done) => {
        known = done;
        resolve();
      });
      return member(memberId);
    };
  });
  const answer = cold.post(url, body);
  await Promise.race([asked, answer.then(({ body: told }) => Promise.reject(new Error(JSON.stringify(told))))]);
  await new Promise(setImmediate);
  expect((cold.platform as { runner: { cacheUse?: { states: number } } }).runner.cacheUse?.states).toBe(1);
  known?.();
  expect((await answer).status).toBeLessThan(300);
});

it('changes nothing for whoever is no member', async () => {
  const before = await warm.events();
  expect((await cold.post('/v1/purchases', ticket({ memberId: 'nobody' }))).status).toBe(404);
  expect(await warm.events()).toBe(before);
});
