import { programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, problem, type Answered } from '../testing/account-app';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P6M' } })],
  earningRules: [rule()],
  tiers: {
    window: { kind: 'lifetime' },
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 5_000 },
    ],
  },
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const items = async (url: string): Promise<readonly Record<string, unknown>[]> =>
  (await chain.get(url)).body['items'] as Record<string, unknown>[];

describe('an account', () => {
  it('shows balances, what ends when, tier and counts', async () => {
    await chain.buy('1', 6_000);
    expect(await chain.get('/v1/accounts/M1')).toEqual({
      status: 200,
      body: {
        memberId: 'M1',
        wallets: [
          {
            code: 'points',
            available: 60,
            pending: 0,
            held: 0,
            debt: 0,
            expiring: [{ points: 60, at: '2026-09-01T01:00:00.000Z' }],
          },
        ],
        tier: { code: 'gold', since: '2026-03-01T01:00:00.000Z' },
        purchases: 1,
        visits: 0,
        asOf: '2026-03-01T01:00:00.000Z',
      },
    });
  });

  it('shows a write at once, also one of another process after it is read', async () => {
    for (const no of ['1', '2', '3']) {
      const { body } = await chain.buy(no, 1_000);
      expect(await chain.available()).toBe((body['wallets'] as { available: number }[])[0]?.available);
    }
  });

  it('does not wait for a sweeper', async () => {
    await chain.buy('1', 1_000);
    const before = await chain.events();
    chain.moveTo('2026-09-01T01:00:00Z');
    expect(await chain.available()).toBe(0);
    expect(await items('/v1/accounts/M1/lots')).toMatchObject([{ points: 10, remaining: 0, state: 'expired' }]);
    expect(await items('/v1/accounts/M1/statement')).toMatchObject([
      { kind: 'expired', points: -10, at: '2026-09-01T01:00:00.000Z' },
      { kind: 'earned', points: 10 },
    ]);
    expect(await chain.events()).toBe(before);
  });

  it('shows what was then, and what was known then', async () => {
    await chain.buy('1', 1_000);
    chain.moveTo('2026-03-10T00:00:00Z');
    await chain.buy('2', 2_000, { occurredAt: '2026-03-05T00:00:00Z', businessDate: '2026-03-05' });
    const seen = async (query: string) => {
      const { body } = await chain.get(`/v1/accounts/M1${query}`);
      return [(body['wallets'] as { available: number }[])[0]?.available, body['purchases'], body['asOf']];
    };
    expect(await seen('?asOf=2026-03-06T00:00:00Z')).toEqual([30, 2, '2026-03-06T00:00:00.000Z']);
    expect(await seen('?asOf=2026-03-06T00:00:00Z&knownAt=2026-03-09T00:00:00Z')).toEqual([
      10,
      1,
      '2026-03-06T00:00:00.000Z',
    ]);
    expect(await seen('?knownAt=2026-03-09T00:00:00Z')).toEqual([10, 1, '2026-03-09T00:00:00.000Z']);
    expect(await seen('?asOf=2026-02-01T00:00:00Z')).toEqual([0, 0, '2026-02-01T00:00:00.000Z']);
    expect(await items('/v1/accounts/M1/lots?asOf=2026-03-02T00:00:00Z')).toHaveLength(1);
    expect(await items('/v1/accounts/M1/statement?asOf=2026-03-02T00:00:00Z')).toHaveLength(1);
  });

  it('refuses instants that are none, and unknown wishes', async () => {
    expect((await chain.get('/v1/accounts/M1?asOf=yesterday')).status).toBe(400);
    expect((await chain.get('/v1/accounts/M1?when=now')).status).toBe(400);
  });
});

describe('lots', () => {
  const points = ({ body }: Answered) => (body['items'] as { points: number }[]).map((item) => item.points);

  it('come whole, or in pages when a limit is set', async () => {
    for (const no of ['1', '2', '3']) await chain.buy(no, Number(no) * 100);
    const whole = await chain.get('/v1/accounts/M1/lots');
    expect([points(whole), whole.body['nextCursor']]).toEqual([[1, 2, 3], null]);
    const first = await chain.get('/v1/accounts/M1/lots?limit=2');
    expect(points(first)).toEqual([1, 2]);
    const last = await chain.get(`/v1/accounts/M1/lots?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect([points(last), last.body['nextCursor']]).toEqual([[3], null]);
  });

  it.each(['lots?cursor=AAAA', 'lots?limit=0', 'vouchers?cursor=AAAA', 'vouchers?limit=0'])('refuse %s', async (path) =>
    expect((await chain.get(`/v1/accounts/M1/${path}`)).status).toBe(400),
  );
});

describe('a statement', () => {
  it('comes in pages, newest first', async () => {
    for (const no of ['1', '2', '3', '4', '5']) await chain.buy(no, Number(no) * 100);
    const first = await chain.get('/v1/accounts/M1/statement?limit=2');
    const points = (body: Record<string, unknown>) =>
      (body['items'] as { points: number }[]).map((item) => item.points);
    expect(points(first.body)).toEqual([5, 4]);
    const second = await chain.get(`/v1/accounts/M1/statement?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(points(second.body)).toEqual([3, 2]);
    const last = await chain.get(`/v1/accounts/M1/statement?limit=2&cursor=${String(second.body['nextCursor'])}`);
    expect(last.body).toMatchObject({ items: [{ points: 1 }], nextCursor: null });
    expect((await chain.get('/v1/accounts/M1/statement?cursor=***')).status).toBe(400);
  });

  it('of one without movements is empty', async () =>
    expect((await chain.get('/v1/accounts/M1/statement')).body).toEqual({ items: [], nextCursor: null }));
});

describe('why these points', () => {
  it('is told for every lot', async () => {
    const { body } = await chain.buy('1', 1_000);
    const [{ lotId }] = body['earned'] as [{ lotId: string }];
    expect(await chain.get(`/v1/accounts/M1/explain/${lotId}`)).toMatchObject({
      status: 200,
      body: {
        lotId,
        rule: 'base',
        programmeVersion: 1,
        occasion: { kind: 'purchase', ticketNo: '1', storeId: 'S1' },
        lines: [{ lineNo: 1, points: 10 }],
        multipliers: [],
        clips: [],
        history: [],
      },
    });
  });

  it('of a lot that is none is not found', async () =>
    expect(await chain.get('/v1/accounts/M1/explain/none.1')).toMatchObject({
      status: 404,
      body: { type: problem('lot-not-found') },
    }));
});

describe('who reads', () => {
  const paths = ['', '/statement', '/lots', '/vouchers'];

  it.each([
    'headOffice',
    'storeManager',
    'otherManager',
    'cashier',
    'till',
    'tillOfS2',
    'careAgent',
    'auditor',
  ] as const)('%s: any account, which names nobody', async (who) => {
    for (const path of paths) expect((await chain.get(`/v1/accounts/M1${path}`, by[who])).status).toBe(200);
  });

  it('a member: their own', async () => {
    for (const path of paths) {
      expect((await chain.get(`/v1/accounts/M1${path}`, by.member('M1'))).status).toBe(200);
      expect((await chain.get(`/v1/accounts/M1${path}`, by.member('M2'))).status).toBe(403);
    }
  });

  it('not a marketer', async () => expect((await chain.get('/v1/accounts/M1', by.marketer)).status).toBe(403));

  it('nobody: that of someone who is not a member', async () => {
    for (const path of [...paths, '/explain/x'])
      expect(await chain.get(`/v1/accounts/nobody${path}`)).toMatchObject({
        status: 404,
        body: { type: problem('member-not-found') },
      });
  });

  it('of an erased member too: the ledger stays whole under an id that names nobody', async () => {
    await chain.buy('1', 1_000);
    const before = await chain.get('/v1/accounts/M1');
    chain.members.set('M1', 'erased');
    expect(await chain.get('/v1/accounts/M1')).toEqual(before);
    for (const path of paths) expect((await chain.get(`/v1/accounts/M1${path}`, by.auditor)).status).toBe(200);
  });
});
