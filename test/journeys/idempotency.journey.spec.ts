import { randomUUID } from 'node:crypto';
import type { PurchaseAnswer } from '../support/answers';
import { accepted, codeOf, type Reply } from '../support/client';
import { Club } from '../support/club';
import { Log } from '../support/log';
import { programme } from '../support/programmes';

/** A request told again gets its first answer, to the byte, for ever. */
const rewards = [
  { id: 'mug', name: { en: 'Mug', zh: '杯' }, wallet: 'points', cost: 60, gives: { kind: 'freeProduct', sku: 'MUG' } },
];
let club: Club;
let log: Log | undefined;
let member: string;
beforeAll(async () => {
  club = await Club.open({ now: '2026-03-01T00:00:00Z', programme: programme({ rewards }) });
  log = await Log.of(club.server);
  member = await club.till.enrols();
  await club.till.sells(member, 100_000);
});
afterAll(async () => {
  await log?.close();
  await club?.close();
});

interface Write {
  readonly path: string;
  readonly body: object;
}

const place = (): object => ({ memberId: member, storeId: 'S1', tillId: 'T1' });

/** One of each kind of write; nothing in an answer may be made up anew. */
const writes: Readonly<Record<string, () => Promise<Write>>> = {
  purchase: async () => ({ path: '/v1/purchases', body: club.till.ticket(member, 4_200) }),
  visit: async () => ({ path: '/v1/visits', body: { ...place(), occurredAt: club.now(), kind: 'shop' } }),
  activity: async () => ({
    path: '/v1/activities',
    body: { memberId: member, type: 'review', occurredAt: club.now() },
  }),
  return: async () => {
    const { purchaseId } = await club.till.sells(member, 1_000);
    const ticket = { ticketNo: club.till.nextNumber(), businessDate: '2026-03-01', occurredAt: club.now() };
    return { path: '/v1/returns', body: { ...place(), ...ticket, of: { purchaseId }, amountMinor: 500 } };
  },
  hold: async () => ({ path: '/v1/redemptions', body: { ...place(), kind: 'reward', rewardId: 'mug' } }),
  capture: async () => {
    const { redemptionId } = await club.till.holdsReward(member, 'mug');
    return { path: `/v1/redemptions/${redemptionId}/capture`, body: {} };
  },
  void: async () => {
    const { redemptionId } = await club.till.holdsReward(member, 'mug');
    return { path: `/v1/redemptions/${redemptionId}/void`, body: {} };
  },
  enrolment: async () => ({
    path: '/v1/members',
    body: { storeId: 'S1', channel: 'till', profile: { givenName: 'Ann' } },
  }),
  adjustment: async () => ({
    path: `/v1/accounts/${member}/adjustments`,
    body: { wallet: 'points', points: 7, reason: 'goodwill', note: 'a kind word' },
  }),
  store: async () => ({
    path: '/v1/stores',
    body: { storeId: `N${randomUUID().slice(0, 8)}`, name: 'New', timeZone: 'UTC', currency: 'AUD' },
  }),
  password: async () => {
    await club.engages('P1', ['cashier'], ['S1']);
    return { path: '/v1/staff/P1/password', body: { password: 'another one by now' } };
  },
  dismissal: async () => {
    await club.engages('P2', ['cashier'], ['S1']);
    return { path: '/v1/staff/P2/dismiss', body: { reason: 'left the company' } };
  },
  programme: async () => ({
    path: '/v1/programme/versions',
    body: { document: programme({ rewards }), note: 'again' },
  }),
};

const kinds = Object.keys(writes);
const told = new Map<string, { readonly write: Write; readonly key: string; readonly first: Reply<object> }>();

it.each(kinds)(
  '%s: told again under its key, answered again; under a key for something else, refused',
  async (kind) => {
    const write = await writes[kind]!();
    const key = randomUUID();
    const first = await club.office.post(write.path, write.body, key);
    expect([first.status < 300, first.text]).toEqual([true, first.text]);
    await club.settled();
    const end = await log!.end();
    const again = await club.office.post(write.path, write.body, key);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    const mismatch = await club.office.post('/v1/purchases', club.till.ticket(member, 1), key);
    expect([mismatch.status, codeOf(mismatch)]).toEqual([422, 'idempotency-mismatch']);
    expect(await log!.end()).toEqual(end);
    told.set(kind, { write, key, first });
  },
);

it('spaces in a body do not make another request', async () => {
  const ticket = club.till.ticket(member, 300);
  const key = randomUUID();
  const first = await club.till.send(ticket, key);
  const again = await club.till.client.post('/v1/purchases', JSON.stringify(ticket, null, 2), key);
  expect([again.status, again.text]).toEqual([201, first.text]);
});

it('a key belongs to whoever sent it', async () => {
  const second = await club.addsTill('S1', 'T2');
  const key = randomUUID();
  expect((await club.till.send(club.till.ticket(member, 100), key)).status).toBe(201);
  expect((await second.send(second.ticket(member, 100), key)).status).toBe(201);
});

it('what was refused is looked at anew', async () => {
  const poor = await club.till.enrols();
  const wish = { ...place(), memberId: poor, kind: 'reward', rewardId: 'mug' };
  const key = randomUUID();
  expect((await club.till.client.post('/v1/redemptions', wish, key)).status).toBe(409);
  await club.till.sells(poor, 10_000);
  expect((await club.till.client.post('/v1/redemptions', wish, key)).status).toBe(201);
});

it('a till’s token is shown once', async () => {
  const key = randomUUID();
  const register = () => club.office.post<{ token: string | null }>('/v1/stores/S1/tills', { tillId: 'T9' }, key);
  const [first, again] = [await register(), await register()];
  expect([typeof first.body.token, again.status, again.body]).toEqual(['string', 201, { tillId: 'T9', token: null }]);
});

it('every write wants a key, and only a key that is one', async () => {
  interface Operations {
    readonly [method: string]: { readonly parameters?: readonly { readonly name: string }[]; readonly security?: [] };
  }
  const { paths } = accepted(
    await club.office.get<{ paths: Readonly<Record<string, Operations>> }>('/docs/openapi.json'),
    200,
  );
  const keyless: string[] = [];
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { parameters = [] }] of Object.entries(operations)) {
      if (method === 'get') continue;
      const sent = { method: method.toUpperCase(), body: {} };
      const real = path.replaceAll(/\{\w+\}/g, '1');
      const bare = await club.office.send(real, { ...sent, key: null });
      if (bare.status === 400 && codeOf(bare) === 'idempotency-key-required') {
        const wrong = await club.office.send(real, { ...sent, key: 'k'.repeat(256) });
        expect([path, codeOf(wrong)]).toEqual([path, 'idempotency-key-required']);
      } else keyless.push(path);
      expect(parameters.some(({ name }) => name === 'Idempotency-Key')).toBe(!keyless.includes(path));
    }
  expect(keyless.sort()).toEqual(['/v1/members/lookup', '/v1/quotes', '/v1/sessions', '/v1/sessions/close']);
});

it('after a restart every first answer is still there, to the byte', async () => {
  await club.server.stop();
  await club.server.run();
  for (const [kind, { write, key, first }] of told) {
    const again = await club.office.post(write.path, write.body, key);
    expect([kind, again.status, again.text]).toEqual([kind, first.status, first.text]);
  }
  const { write, first } = told.get('purchase')!;
  const renewed = await club.office.post<PurchaseAnswer>(write.path, write.body);
  expect(renewed.status).toBe(200);
  expect(renewed.body).toEqual({ ...first.body, duplicate: true });
});
