import { programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, pathsOf, problem } from '../testing/account-app';

const rules = programme({
  wallets: [wallet()],
  earningRules: [
    rule({ id: 'visit', phase: 'bonus', when: { on: ['visit'] }, award: { kind: 'fixed', points: 10 } }),
    rule({ id: 'news', phase: 'bonus', when: { on: ['activity:newsletter'] }, award: { kind: 'fixed', points: 85 } }),
  ],
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const visit = (changes: object = {}): object => ({
  memberId: 'M1',
  storeId: 'S1',
  tillId: 'T1',
  occurredAt: '2026-03-01T12:00:00+11:00',
  kind: 'shop',
  ...changes,
});

const activity = (changes: object = {}): object => ({
  memberId: 'M1',
  type: 'newsletter',
  occurredAt: '2026-03-01T12:00:00+11:00',
  ...changes,
});

describe('a visit', () => {
  it('is answered like a purchase', async () => {
    const { status, body } = await chain.post('/v1/visits', visit());
    const visitId = String(body['visitId']);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        visitId,
        earned: [
          {
            wallet: 'points',
            points: 10,
            rule: 'visit',
            programmeVersion: 1,
            activeFrom: '2026-03-01T01:00:00.000Z',
            expiresAt: null,
            lotId: `${visitId}.1`,
            lines: [],
            multipliers: [],
          },
        ],
        notEarned: [{ rule: 'news', because: 'on' }],
        wallets: [{ code: 'points', available: 10, pending: 0, held: 0, debt: 0 }],
        tier: null,
      },
    });
  });

  it('is booked once for one key, again for another', async () => {
    const first = await chain.post('/v1/visits', visit(), { key: 'k1' });
    expect(await chain.post('/v1/visits', visit(), { key: 'k1' })).toEqual(first);
    const other = await chain.post('/v1/visits', visit({ kind: 'parcel' }), { key: 'k1' });
    expect(other).toMatchObject({ status: 422, body: { type: problem('idempotency-mismatch') } });
    await chain.post('/v1/visits', visit(), { key: 'k2' });
    expect(await chain.available()).toBe(20);
  });

  it('knows the till by its token', async () => {
    await chain.post('/v1/visits', visit({ tillId: undefined }));
    const [stored] = await chain.platform.store.readStream('account-M1', 0, 1);
    expect(JSON.parse(stored?.data ?? '{}')).toMatchObject({ tillId: 'T1', storeId: 'S1' });
  });

  it.each<[string, object, string, [number, string]]>([
    ['an unknown store', { storeId: 'S9' }, by.headOffice, [404, 'store-not-found']],
    ['an unknown till', { tillId: 'T9' }, by.headOffice, [404, 'till-not-found']],
    ['an unknown member', { memberId: 'nobody' }, by.till, [404, 'member-not-found']],
    ['another till', {}, by.otherTill, [403, 'out-of-scope']],
    ['another store', {}, by.tillOfS2, [403, 'out-of-scope']],
    ['an auditor', {}, by.auditor, [403, 'forbidden']],
  ])('not for %s', async (_, changes, token, [status, code]) =>
    expect(await chain.post('/v1/visits', visit(changes), { token })).toMatchObject({
      status,
      body: { type: problem(code) },
    }),
  );

  it.each<[string, object, string]>([
    ['a kind in words', { kind: 'came in for a chat' }, 'kind'],
    ['no instant', { occurredAt: 'yesterday' }, 'occurredAt'],
    ['an instant to come', { occurredAt: '2026-03-01T13:00:00+11:00' }, 'occurredAt'],
    ['an unknown field', { mood: 'good' }, 'mood'],
  ])('takes no body with %s', async (_, changes, path) => {
    const refused = await chain.post('/v1/visits', visit(changes));
    expect(refused.status).toBe(400);
    expect(pathsOf(refused)).toContain(path);
    expect(await chain.events()).toBe(0);
  });
});

describe('an activity', () => {
  it('earns what its type does', async () => {
    expect(await chain.post('/v1/activities', activity())).toMatchObject({
      status: 201,
      body: { activityId: expect.any(String) as string, earned: [{ rule: 'news', points: 85 }] },
    });
    expect(await chain.post('/v1/activities', activity({ type: 'survey' }))).toMatchObject({
      status: 201,
      body: {
        earned: [],
        notEarned: [
          { rule: 'news', because: 'on' },
          { rule: 'visit', because: 'on' },
        ],
      },
    });
  });

  it('keeps what is said about it under the member’s key only', async () => {
    await chain.post('/v1/activities', activity({ data: { page: 'spring', stars: 5, 'order-id': 'o-17' } }));
    const events = await chain.platform.store.readStream('account-M1', 0, 10);
    expect(JSON.stringify(events)).not.toContain('spring');
    expect(events[0]?.data).toContain('sealed for M1');
    chain.members.set('M2', 'erased');
    expect((await chain.post('/v1/activities', activity({ memberId: 'M2', data: {} }))).status).toBe(404);
  });

  it('told by a till is its store’s', async () => {
    await chain.post('/v1/activities', activity());
    const [, earned] = await chain.platform.store.readStream('account-M1', 0, 10);
    expect(JSON.parse(earned?.data ?? '{}')).toMatchObject({ issuingStore: 'S1' });
  });

  it('in a store needs that store to be within reach', async () => {
    expect((await chain.post('/v1/activities', activity({ storeId: 'S2' }))).status).toBe(403);
    expect((await chain.post('/v1/activities', activity({ storeId: 'S1' }))).status).toBe(201);
    for (const token of [by.careAgent, by.marketer, by.auditor])
      expect((await chain.post('/v1/activities', activity(), { token })).status).toBe(403);
  });

  it.each<[string, object]>([
    ['a type in words', { type: 'signed up for news' }],
    ['data that is deep', { data: { a: { b: 1 } } }],
    ['an unknown field', { points: 5 }],
  ])('takes no body with %s', async (_, changes) =>
    expect((await chain.post('/v1/activities', activity(changes))).status).toBe(400),
  );
});
