import { DataSource } from 'typeorm';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { dueTimersOf, PostgresDueList } from '#libs/platform/read-models/due-timers';
import { prepareReadModels, ReadModels } from '#libs/platform/read-models/read-models';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { MemoryCheckpoints } from '#libs/platform/runtime/testing/memory-checkpoints';
import { TimerRunner } from '#libs/platform/runtime/timer-runner';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { rulebooksOf } from '#libs/programme/src/contract';
import { AccountSweep } from './account-sweep';
import { accountEvents } from './domain/account.events';
import { on, programme, rule, wallet } from './domain/testing/scenario';
import { AccountModule, accountProjections, AccountReactions, accountTimers } from './module';
import { AccountRows } from './read/account-rows';
import { AccountApp, by, sale } from './testing/account-app';

const start = on('2027-05-01');
const lifetime = { kind: 'lifetime' } as const;
const levels = [
  { code: 'member', min: 0 },
  { code: 'gold', min: 500_000 },
];
const documentWith = (changes: Parameters<typeof programme>[0]) =>
  programme({ earningRules: [rule()], tiers: { window: lifetime, levels }, ...changes }).all[0]!.document;

/** Points never end, until they slide, and gold becomes easier to reach. */
const rules = rulebooksOf([
  { version: 1, effectiveFrom: null, document: documentWith({}) },
  {
    version: 2,
    effectiveFrom: start,
    document: documentWith({
      wallets: [wallet({ expiry: { mode: 'sliding', period: 'P2M', activities: ['earn'] } })],
      tiers: { window: lifetime, levels: levels.map((level) => ({ ...level, min: level.min / 10 })) },
    }),
  },
]);

const projections = [...accountProjections, dueTimersOf(accountTimers)];
let database: FreshDatabase;
let store: PostgresEventStore;
let source: DataSource;
let readModels: ReadModels;
let chain: AccountApp;
let timers: TimerRunner<Parameters<AccountReactions['dispatch']>[0]>;

const report = (problem: string, details: object): never => {
  throw new Error(`${problem} ${JSON.stringify(details)}`);
};
const settled = async (): Promise<void> => readModels.caughtUp(await store.latest());

/** The fact that the programme states when its second version is published. */
const publish = () =>
  store.append({
    streamId: 'programme-programme',
    expected: { revision: -1, hash: '' },
    recordedAt: on('2026-03-02'),
    events: [
      {
        eventId: '00000000-0000-5000-8000-000000000001',
        type: 'ProgrammePublished',
        schemaVersion: 1,
        data: JSON.stringify({ version: 2, effectiveFrom: start, note: '', publishedAt: on('2026-03-02') }),
        meta: '{}',
        occurredAt: on('2026-03-02'),
      },
    ],
  });

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  const entities = projections.map((each) => each.entity);
  source = await new DataSource({ type: 'postgres', url: database.url, entities, poolSize: 8 }).initialize();
  await prepareReadModels({ source, store, catalogue: accountEvents }, projections);
  readModels = new ReadModels(source, new LogTail(store, accountEvents), projections, { report });
  readModels.start();
  const clock = new VirtualClock(on('2026-03-01'));
  const platform = {
    ...memoryPlatform(clock),
    store,
    runner: new CachedCommandRunner(store, clock),
    dataSource: source,
  };
  chain = await AccountApp.over(AccountModule, platform, clock, rules);
  const { dispatch } = chain.app.get(AccountReactions);
  const parking = new MemoryCheckpoints();
  timers = new TimerRunner({
    timers: accountTimers,
    list: new PostgresDueList(source),
    dispatch,
    parking,
    clock,
    report,
  });
}, 360_000);
afterAll(async () => {
  await chain.close();
  await readModels.stop();
  await source.destroy();
  await store.close();
  await database.drop();
});

/** What an account has stated since the version began: its type, when it occurred, when it was recorded. */
const stated = async (memberId: string): Promise<readonly string[]> =>
  (await store.readStream(`account-${memberId}`, 0, 1_000))
    .filter(({ recordedAt }) => recordedAt >= start)
    .map(({ type, occurredAt, recordedAt }) =>
      [type, ...[occurredAt, recordedAt].map((at) => new Date(at).toISOString().slice(0, 10))].join(' '),
    );

it('a version that begins is told on the accounts of members who come no more', async () => {
  const sold = { businessDate: '2026-03-01', occurredAt: '2026-03-01T00:00:00Z' };
  await chain.buy('1', 60_000, sold);
  await chain.post('/v1/purchases', sale('2', 60_000, { ...sold, memberId: 'M2', storeId: 'S2' }), {
    token: by.tillOfS2,
  });
  await publish();
  await timers.runDue(on('2027-12-20'), chain.clock, settled);
  for (const member of ['M1', 'M2'])
    expect(await stated(member)).toEqual([
      'TierReached 2027-05-01 2027-05-01',
      'ExpiryExtended 2027-05-01 2027-05-01',
      'PointsExpired 2027-07-01 2027-07-01',
    ]);
});

it('so that the books close with what members have', async () => {
  const { body } = await chain.get('/v1/reports/store-days?from=2026-03-01&to=2027-12-31', by.headOffice);
  const days = body['items'] as { storeId: string; issued: number; expired: number }[];
  const left = (store: string) =>
    days.filter(({ storeId }) => storeId === store).reduce((sum, day) => sum + day.issued - day.expired, 0);
  expect([left('S1'), left('S2')]).toEqual([0, 0]);
  expect([await chain.available('points', 'M1'), await chain.available('points', 'M2')]).toEqual([0, 0]);
});

it('telling all once more states nothing more', async () => {
  const before = await chain.events();
  await chain.app.get(AccountSweep).settleAll(2, { meta: {} });
  expect(await chain.events()).toBe(before);
});

it('waits where a version is not known yet', () =>
  expect(chain.app.get(AccountSweep).settleAll(3, { meta: {} })).rejects.toBeInstanceOf(StoreUnavailable));

it('accounts are read a page at a time, each once', async () => {
  for (const size of [1, 2, 3]) {
    const found: string[] = [];
    for await (const page of new AccountRows(source).pages(size)) {
      expect(page.length).toBeLessThanOrEqual(size);
      found.push(...page);
    }
    expect(found).toEqual(['M1', 'M2']);
  }
});
