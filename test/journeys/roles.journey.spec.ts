import { accepted, codeOf, type Client } from '../support/client';
import { Club } from '../support/club';
import { fixedFor, perDollar, programme } from '../support/programmes';

/** Who may do what. */
const rewards = [
  { id: 'mug', name: { en: 'Mug', zh: '杯' }, wallet: 'points', cost: 1, gives: { kind: 'freeProduct', sku: 'MUG' } },
];
const conversions = [{ id: 'swap', from: { wallet: 'points', units: 1 }, to: { wallet: 'stamps', units: 1 } }];
const wallets = ['points', 'stamps'].map((code) => ({ code, name: { en: code, zh: code } }));
const rules = [perDollar(1), fixedFor('activity:review', 3)];
const document = programme({ rules, rewards, more: { wallets, conversions } });
const people = ['office', 'till', 'cashier', 'manager', 'franchisee', 'marketer', 'care', 'auditor'] as const;
type Person = (typeof people)[number];

let club: Club;
let callers: Readonly<Record<Person, Client>>;
let ada: string;
let lotId: string;
beforeAll(async () => {
  club = await Club.open({ programme: document });
  callers = {
    office: club.office,
    till: club.till.client,
    cashier: await club.engages('C1', ['cashier'], ['S1']),
    manager: await club.engages('B1', ['storeManager'], ['S1']),
    franchisee: await club.engages('F1', ['franchisee'], ['S1']),
    marketer: await club.engages('K1', ['marketer'], 'all'),
    care: await club.engages('A1', ['careAgent'], 'all'),
    auditor: await club.engages('U1', ['auditor'], 'all'),
  };
  await club.engages('P0', ['cashier'], ['S1']);
  ada = await club.till.enrols({ givenName: 'Ada', phone: '+61400000001' });
  const sold = await club.till.sells(ada, 100_000);
  lotId = sold.earned[0]?.lotId ?? '';
});
afterAll(() => club?.close());

interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: () => string;
  readonly body?: () => object;
}

const get = (path: () => string): Route => ({ method: 'GET', path });
const post = (path: () => string, body: () => object = () => ({})): Route => ({ method: 'POST', path, body });
const at = (storeId = 'S1', tillId = 'T1') => ({ memberId: ada, storeId, tillId });
const now = () => club.now();
const account = (what = '') => `/v1/accounts/${ada}${what}`;
const someone = () => ({ storeId: 'S1', channel: 'till', profile: {} });
let count = 0;
const fresh = (prefix: string): string => `${prefix}${(count += 1)}`;

/** Each route with who may call it: `+` may, `-` may not, in the order of {@link people}. */
const routes: Readonly<Record<string, readonly [string, Route]>> = {
  'open a store': [
    '+-------',
    post(
      () => '/v1/stores',
      () => ({ storeId: fresh('N'), name: 'New', timeZone: 'UTC', currency: 'AUD' }),
    ),
  ],
  'list stores': ['++++++++', get(() => '/v1/stores')],
  'register a till': [
    '+-------',
    post(
      () => '/v1/stores/S1/tills',
      () => ({ tillId: fresh('T') }),
    ),
  ],
  'engage a cashier': [
    '+--++---',
    post(
      () => '/v1/staff',
      () => ({ staffId: fresh('P'), name: 'P', roles: ['cashier'], storeIds: ['S1'], password: 'long enough' }),
    ),
  ],
  'dismiss a cashier': ['+--++---', post(() => '/v1/staff/P0/dismiss')],
  'see the programme': ['++++++++', get(() => '/v1/programme')],
  'publish a programme': [
    '+----+--',
    post(
      () => '/v1/programme/versions',
      () => ({ document, note: 'again' }),
    ),
  ],
  'enrol a member': ['+++++-+-', post(() => '/v1/members', someone)],
  'look a member up': [
    '+++++-+-',
    post(
      () => '/v1/members/lookup',
      () => ({ identifier: '+61400000001' }),
    ),
  ],
  'list members': ['+--++--+', get(() => '/v1/members')],
  'see a member': ['+--+++++', get(() => `/v1/members/${ada}`)],
  'change a member': [
    '+--++-+-',
    {
      method: 'PATCH',
      path: () => `/v1/members/${ada}`,
      body: () => ({ profile: { familyName: 'L' } }),
    },
  ],
  'quote a ticket': [
    '+++++---',
    post(
      () => '/v1/quotes',
      () => club.till.ticket(ada, 100),
    ),
  ],
  sell: [
    '+++++---',
    post(
      () => '/v1/purchases',
      () => club.till.ticket(ada, 100),
    ),
  ],
  'note a visit': [
    '+++++---',
    post(
      () => '/v1/visits',
      () => ({ ...at(), occurredAt: now(), kind: 'shop' }),
    ),
  ],
  'note an activity': [
    '+++++---',
    post(
      () => '/v1/activities',
      () => ({ memberId: ada, type: 'review', occurredAt: now() }),
    ),
  ],
  'hold a reward': [
    '+++++---',
    post(
      () => '/v1/redemptions',
      () => ({ ...at(), kind: 'reward', rewardId: 'mug' }),
    ),
  ],
  'adjust points': [
    '+-----+-',
    post(
      () => account('/adjustments'),
      () => ({ wallet: 'points', points: 1, reason: 'goodwill' }),
    ),
  ],
  'turn points into others': [
    '+++++-+-',
    post(
      () => account('/conversions'),
      () => ({ conversionId: 'swap', times: 1 }),
    ),
  ],
  'read an account': ['+++++-++', get(() => account())],
  'read lots': ['+++++-++', get(() => account('/lots'))],
  'read a statement': ['+++++-++', get(() => account('/statement'))],
  'read vouchers': ['+++++-++', get(() => account('/vouchers'))],
  'ask why': ['+++++-++', get(() => account(`/explain/${lotId}`))],
};

const cases = Object.entries(routes).flatMap(([what, [may]]) =>
  people.map((person, index) => [person, may[index] === '+' ? 'may' : 'may not', what] as const),
);

it.each(cases)('%s %s %s', async (person, may, what) => {
  const { method, path, body } = routes[what]![1];
  const reply = await callers[person].send(path(), {
    method,
    ...(body === undefined ? { key: null } : { body: body() }),
  });
  if (may === 'may') expect([reply.status < 300, reply.text]).toEqual([true, reply.text]);
  else expect([reply.status, codeOf(reply)]).toEqual([403, 'forbidden']);
});

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly object[] }>>>>;
}

const documented = async (): Promise<readonly (readonly [string, string, boolean])[]> => {
  const { paths } = accepted(await club.office.as(null).get<Document>('/docs/openapi.json'), 200);
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => [method, path, security?.length === 0] as const),
  );
};

it('without a token, or with one that ended, every route but the open ones is closed', async () => {
  const open: string[] = [];
  for (const [method, path, isOpen] of await documented()) {
    if (isOpen) open.push(path);
    if (isOpen || path === '/metrics') continue;
    for (const token of [null, 'staff.nobody.made-this-up']) {
      const reply = await club.office
        .as(token)
        .send(path.replaceAll(/\{\w+\}/g, '1'), { method: method.toUpperCase() });
      expect([method, path, reply.status]).toEqual([method, path, 401]);
    }
  }
  expect(open).toEqual(['/health/live', '/health/ready', '/v1/sessions']);
});

it('an auditor may read whatever can be read', async () => {
  const refused: string[] = [];
  for (const [method, path] of await documented()) {
    if (method !== 'get') continue;
    const real = path.replace('{memberId}', ada).replace('{lotId}', lotId).replace('{version}', '1');
    const reply = await callers.auditor.get(real.replace('{code}', 'auto-club'));
    if (reply.status === 403) refused.push(path);
  }
  expect(refused).toEqual([]);
});
