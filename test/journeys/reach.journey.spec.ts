import { accepted, codeOf, type Client } from '../support/client';
import { Club } from '../support/club';
import { Log } from '../support/log';
import { perDollar, programme } from '../support/programmes';
import type { Till } from '../support/till';

/** Where each may act: store S1 is theirs, S2 is not. */
const rewards = [
  { id: 'mug', name: { en: 'Mug', zh: '杯' }, wallet: 'points', cost: 1, gives: { kind: 'freeProduct', sku: 'MUG' } },
];
const wallets = ['points', 'stamps'].map((code) => ({ code, name: { en: code, zh: code } }));
const conversions = [{ id: 'swap', from: { wallet: 'points', units: 1 }, to: { wallet: 'stamps', units: 1 } }];
type Person = 'till' | 'cashier' | 'manager' | 'franchisee' | 'marketer' | 'care';

let club: Club;
let callers: Readonly<Record<Person, Client>>;
let elsewhere: Till;
let ada: string;
beforeAll(async () => {
  club = await Club.open({ programme: programme({ rules: [perDollar(1)], rewards, more: { wallets, conversions } }) });
  elsewhere = await club.opens({ storeId: 'S2', name: 'Chapel Street' });
  callers = {
    till: club.till.client,
    cashier: await club.engages('C1', ['cashier'], ['S1']),
    manager: await club.engages('B1', ['storeManager'], ['S1']),
    franchisee: await club.engages('F1', ['franchisee'], ['S1']),
    marketer: await club.engages('K1', ['marketer'], 'all'),
    care: await club.engages('A1', ['careAgent'], 'all'),
  };
  ada = await club.till.enrols({ givenName: 'Ada' });
  await club.till.sells(ada, 100_000);
});
afterAll(() => club?.close());

const account = (what = ''): string => `/v1/accounts/${ada}${what}`;
const at = (storeId: string): object => ({ memberId: ada, storeId, tillId: 'T1' });

it('nobody acts in a store that is not theirs', async () => {
  const ticket = elsewhere.ticket(ada, 1_000);
  for (const person of ['till', 'cashier', 'manager', 'franchisee'] as const) {
    const replies = [
      await callers[person].post('/v1/purchases', ticket),
      await callers[person].post('/v1/visits', { ...at('S2'), occurredAt: club.now(), kind: 'shop' }),
      await callers[person].post('/v1/redemptions', { ...at('S2'), kind: 'reward', rewardId: 'mug' }),
      await callers[person].post('/v1/members', { storeId: 'S2', channel: 'till', profile: {} }),
    ];
    expect(replies.map((reply) => [reply.status, codeOf(reply)])).toEqual(replies.map(() => [403, 'out-of-scope']));
  }
  const unknown = await callers.cashier.post('/v1/purchases', { ...ticket, storeId: 'S9' });
  const notHere = await club.office.post('/v1/purchases', { ...club.till.ticket(ada, 100), tillId: 'T99' });
  expect([unknown.status, notHere.status]).toEqual([404, 404]);
});

it('points earned in one store are worth the same in another', async () => {
  expect((await elsewhere.sells(ada, 5_000)).earned).toMatchObject([{ points: 50 }]);
  expect((await elsewhere.client.get(account())).status).toBe(200);
});

it('a till’s token speaks for its own till; a new one ends the old', async () => {
  const second = await club.addsTill('S1', 'T2');
  expect((await second.client.post('/v1/purchases', club.till.ticket(ada, 100))).status).toBe(403);
  const { token } = accepted(await club.office.post<{ token: string }>('/v1/stores/S1/tills/T2/token'));
  expect((await second.client.get('/v1/stores')).status).toBe(401);
  expect((await club.office.as(token).get('/v1/stores')).status).toBe(200);
});

it('the cashier on the ticket is whoever is signed in, not what the body says', async () => {
  const [one, two] = [club.till.ticket(ada, 100), club.till.ticket(ada, 100)];
  accepted(await callers.cashier.post('/v1/purchases', { ...one, cashierId: 'somebody-else' }));
  accepted(await callers.till.post('/v1/purchases', { ...two, cashierId: 'C7' }));
  const log = await Log.of(club.server);
  const tickets = (await log.stream(`account-${ada}`)).flatMap(
    ({ data }) => (data['ticket'] ?? []) as { ticketNo?: string; cashierId?: string },
  );
  await log.close();
  const cashierOf = (ticketNo: string) => tickets.find((each) => each.ticketNo === ticketNo)?.cashierId;
  expect([cashierOf(one.ticketNo), cashierOf(two.ticketNo)]).toEqual(['C1', 'C7']);
});

it.each([
  ['manager', ['storeManager'], ['S2']],
  ['manager', ['storeManager'], 'all'],
  ['manager', ['franchisee'], ['S1']],
  ['manager', ['headOffice'], ['S1']],
  ['franchisee', ['marketer'], ['S1']],
  ['franchisee', ['cashier'], ['S1', 'S2']],
] as const)('a %s cannot grant %j in %j', async (person, roles, storeIds) => {
  const staff = { staffId: 'G1', name: 'G', roles, storeIds, password: 'long enough' };
  expect((await callers[person].post('/v1/staff', staff)).status).toBe(403);
});

it('nobody but those who may engage somebody sets their password, or dismisses them', async () => {
  await club.engages('C2', ['cashier'], ['S2']);
  await club.engages('F2', ['franchisee'], ['S1']);
  const password = 'until they choose one';
  const tries = async (person: Person, staffId: string) => [
    (await callers[person].post(`/v1/staff/${staffId}/password`, { password })).status,
    (await callers[person].post(`/v1/staff/${staffId}/dismiss`, {})).status,
  ];
  for (const person of ['till', 'cashier', 'marketer', 'care'] as const)
    expect([person, ...(await tries(person, 'B1'))]).toEqual([person, 403, 403]);
  for (const staffId of ['C2', 'F2'])
    expect([staffId, ...(await tries('manager', staffId))]).toEqual([staffId, 403, 403]);
  expect(await tries('franchisee', 'F2')).toEqual([200, 200]);
});

it('a care agent adjusts up to a limit, head office beyond it', async () => {
  const body = { wallet: 'points', points: 5_001, reason: 'goodwill' };
  const beyond = await callers.care.post(account('/adjustments'), body);
  expect([beyond.status, codeOf(beyond)]).toEqual([403, 'adjustment-limit']);
  expect((await club.office.post(account('/adjustments'), body)).status).toBe(201);
});

it('a care agent acts on the accounts of their stores’ members, whatever the request', async () => {
  const [here, there] = [
    await club.engages('A2', ['careAgent'], ['S1']),
    await club.engages('A3', ['careAgent'], ['S2']),
  ];
  const requests = [
    [account('/adjustments'), { wallet: 'points', points: 1, reason: 'goodwill' }],
    [account('/conversions'), { conversionId: 'swap', times: 1 }],
    [account('/activations'), { wallet: 'points' }],
  ] as const;
  for (const [path, body] of requests) {
    expect((await here.post(path, body)).status).toBe(201);
    expect(codeOf(await there.post(path, body))).toBe('out-of-scope');
  }
  expect((await elsewhere.client.post(account('/conversions'), { conversionId: 'swap', times: 1 })).status).toBe(201);
});

it('a marketer sees a member without a name', async () => {
  expect((await callers.marketer.get(`/v1/members/${ada}`)).text).not.toContain('Ada');
  expect((await callers.care.get(`/v1/members/${ada}`)).text).toContain('Ada');
});
