import { DataSource } from 'typeorm';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { prepareReadModels, ReadModels } from '#libs/platform/read-models/read-models';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { accountEvents } from '../domain/account.events';
import { programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule, accountProjections } from '../module';
import { AccountApp, by, problem, sale, ticket } from '../testing/account-app';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P12M', roundUp: 'month' } })],
  earningRules: [rule()],
});

let database: FreshDatabase;
let store: PostgresEventStore;
let source: DataSource;
let readModels: ReadModels;
let chain: AccountApp;
let reviewId: string;

const day = (date: string) => ({ businessDate: date, occurredAt: `${date}T10:00:00+11:00` });

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  const entities = accountProjections.map((each) => each.entity);
  source = await new DataSource({ type: 'postgres', url: database.url, entities, poolSize: 4 }).initialize();
  await prepareReadModels({ source, store, catalogue: accountEvents }, accountProjections);
  const report = (problem: string): never => {
    throw new Error(problem);
  };
  readModels = new ReadModels(source, new LogTail(store, accountEvents), accountProjections, { report });
  readModels.start();
  const clock = new VirtualClock(Date.parse('2026-03-01T12:00:00+11:00'));
  const runner = new CachedCommandRunner(store, clock);
  const platform = { ...memoryPlatform(clock), store, runner, dataSource: source };
  chain = await AccountApp.over(AccountModule, platform, clock, rules);
  await chain.buy('1', 5_000, day('2026-02-27'));
  await chain.buy('2', 3_000, day('2026-02-28'));
  const elsewhere = sale('3', 2_000, { ...day('2026-02-28'), memberId: 'M2', storeId: 'S2' });
  await chain.post('/v1/purchases', elsewhere, { token: by.tillOfS2 });
  const spent = { wallet: 'points', points: -30, reason: 'test' };
  await chain.post('/v1/accounts/M1/adjustments', spent, { token: by.headOffice });
  const old = await chain.post('/v1/purchases', ticket({ ticketNo: '9', ...day('2026-01-02') }));
  reviewId = String(old.body['reviewId']);
  await readModels.caughtUp(await store.latest());
}, 360_000);

afterAll(async () => {
  await chain.close();
  await readModels.stop();
  await source.destroy();
  await store.close();
  await database.drop();
});

const upTo = { position: expect.stringMatching(/^\d+\/\d+$/) as string, at: '2026-03-01T01:00:00.000Z' };
const none = { spent: 0, expired: 0, reversed: 0, adjusted: 0, converted: 0 };

const storeDays = (query: string, token = by.headOffice) => chain.get(`/v1/reports/store-days?${query}`, token);

describe('the day totals of a store', () => {
  it('open and close to the point, and say up to where they speak', async () => {
    expect(await storeDays('storeId=S1&from=2026-02-28&to=2026-03-01')).toEqual({
      status: 200,
      body: {
        items: [
          { storeId: 'S1', wallet: 'points', day: '2026-02-28', opening: 50, issued: 30, ...none, closing: 80 },
          {
            storeId: 'S1',
            wallet: 'points',
            day: '2026-03-01',
            opening: 80,
            issued: 0,
            ...none,
            adjusted: -30,
            closing: 50,
          },
        ],
        sales: [
          { storeId: 'S1', day: '2026-02-28', sales: 1, netMinor: 3_000, returns: 0, returnedMinor: 0, visits: 0 },
        ],
        nextCursor: null,
        upTo,
      },
    });
  });

  it('are told whole, part by part', async () => {
    const span = 'from=2026-01-01&to=2026-12-31';
    const { items, sales } = (await storeDays(span)).body as Record<'items' | 'sales', object[]>;
    expect([items.length, sales.length]).toEqual([4, 3]);
    for (const limit of [1, 2, 3]) {
      const told: Record<'items' | 'sales', object[]> = { items: [], sales: [] };
      let cursor: string | null | undefined;
      do {
        const { body } = await storeDays(`${span}&limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
        for (const kind of ['items', 'sales'] as const) {
          const part = body[kind] as object[];
          expect(part.length).toBeLessThanOrEqual(limit);
          told[kind].push(...part);
        }
        cursor = body['nextCursor'] as string | null;
      } while (cursor !== null);
      expect(told).toEqual({ items, sales });
    }
  });

  it('are those within reach', async () => {
    const span = 'from=2026-01-01&to=2026-12-31';
    const stores = async (token: string) => {
      const { body } = await storeDays(span, token);
      return [...new Set((body['items'] as { storeId: string }[]).map(({ storeId }) => storeId))];
    };
    expect(await stores(by.headOffice)).toEqual(['S1', 'S2']);
    expect(await stores(by.marketer)).toEqual(['S1', 'S2']);
    expect(await stores(by.storeManager)).toEqual(['S1']);
    expect(await storeDays(`storeId=S2&${span}`, by.storeManager)).toMatchObject({ status: 403 });
    expect(await storeDays(`storeId=S9&${span}`)).toMatchObject({ status: 404 });
    expect(await storeDays(span, by.till)).toMatchObject({ status: 403, body: { type: problem('forbidden') } });
  });

  it('need a span that is one', async () => {
    expect((await storeDays('from=2026-03-02&to=2026-03-01')).status).toBe(400);
    expect((await storeDays('from=yesterday&to=2026-03-01')).status).toBe(400);
    expect((await storeDays('to=2026-03-01')).status).toBe(400);
    for (const part of ['limit=0', 'limit=10001', 'cursor=%21'])
      expect((await storeDays(`from=2026-03-01&to=2026-03-01&${part}`)).status).toBe(400);
  });
});

describe('what is going to expire', () => {
  const expiring = (query = '') => chain.get(`/v1/reports/expiring${query}`, by.auditor);

  it('is told by day, store and wallet', async () => {
    expect(await expiring('?to=2027-12-31T00:00:00Z')).toEqual({
      status: 200,
      body: {
        items: [
          { day: '2027-03-01', storeId: 'S1', wallet: 'points', points: 50, members: 1 },
          { day: '2027-03-01', storeId: 'S2', wallet: 'points', points: 20, members: 1 },
        ],
        nextCursor: null,
        upTo,
      },
    });
    expect(await expiring('?storeId=S2&to=2027-12-31T00:00:00Z')).toMatchObject({ body: { items: [{ points: 20 }] } });
    const { body } = await expiring('?to=2027-12-31T00:00:00Z&limit=1');
    expect(body).toMatchObject({ items: [{ storeId: 'S1' }], nextCursor: expect.any(String) as string });
    expect(await expiring(`?to=2027-12-31T00:00:00Z&limit=1&cursor=${String(body['nextCursor'])}`)).toMatchObject({
      body: { items: [{ storeId: 'S2' }], nextCursor: null },
    });
  });

  it('within three months unless told', async () =>
    expect(await expiring()).toEqual({ status: 200, body: { items: [], nextCursor: null, upTo } }));

  it('needs a span that is one', async () =>
    expect((await expiring('?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).status).toBe(400));
});

describe('tickets that wait for a person', () => {
  const reviews = (query = '', token = by.storeManager) => chain.get(`/v1/reviews${query}`, token);

  it('are listed until something is said of them', async () => {
    expect(await reviews()).toEqual({
      status: 200,
      body: {
        items: [
          {
            reviewId,
            storeId: 'S1',
            memberId: 'M1',
            tillId: 'T1',
            ticketNo: '9',
            businessDate: '2026-01-02',
            occurredAt: '2026-01-01T23:00:00.000Z',
            setAsideAt: '2026-03-01T01:00:00.000Z',
            netMinor: 7_000,
            status: 'open',
          },
        ],
        nextCursor: null,
        upTo,
      },
    });
    expect((await reviews('', by.otherManager)).body['items']).toEqual([]);
    expect((await reviews('?storeId=S1', by.otherManager)).status).toBe(403);
    expect((await reviews('', by.till)).status).toBe(403);
    await chain.post(`/v1/reviews/${reviewId}/reject`, {}, { token: by.storeManager });
    await readModels.caughtUp(await store.latest());
    expect((await reviews()).body['items']).toEqual([]);
    expect((await reviews('?status=rejected')).body['items']).toMatchObject([{ reviewId, status: 'rejected' }]);
  });
});

it('what the tables hold is what the accounts hold', async () => {
  const [{ points }] = await source.query<[{ points: number }]>(
    `SELECT sum((wallets->'points'->>'points')::int)::int AS points FROM read.account_overview`,
  );
  expect(points).toBe((await chain.available()) + (await chain.available('points', 'M2')));
  const [{ moved }] = await source.query<[{ moved: number }]>(
    'SELECT sum(points)::int AS moved FROM read.account_statement',
  );
  expect(moved).toBe(points);
});
