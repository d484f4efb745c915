import { DataSource } from 'typeorm';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { toText } from '#libs/platform/kernel/instant';
import { dueTimersOf, PostgresDueList } from '#libs/platform/read-models/due-timers';
import { prepareReadModels, ReadModels } from '#libs/platform/read-models/read-models';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { MemoryCheckpoints } from '#libs/platform/runtime/testing/memory-checkpoints';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { catalogueOf } from '#libs/platform/runtime/stream-kind';
import { TimerRunner } from '#libs/platform/runtime/timer-runner';
import { everythingIn } from '#libs/platform/testing/event-store.fixtures';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { memberProjections, memberStreams, MemberReactions, MembersModule, memberTimers } from './module';
import { now } from './testing/member.fixtures';
import { MembersApp } from './testing/members-app';

const catalogue = catalogueOf(memberStreams);
const zone = 'Australia/Melbourne';

let database: FreshDatabase;
let store: PostgresEventStore;
let source: DataSource;
let readModels: ReadModels;
let chain: MembersApp;
let reactions: MemberReactions;
let clock: VirtualClock;
let timers: TimerRunner<Parameters<MemberReactions['dispatch']>[0]>;

const settled = async (): Promise<void> => readModels.caughtUp(await store.latest());
const report = (problem: string, details: object): never => {
  throw new Error(`${problem} ${JSON.stringify(details)}`);
};

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  clock = new VirtualClock(now);
  const projections = [...memberProjections, dueTimersOf(memberTimers)];
  const entities = projections.map((each) => each.entity);
  source = await new DataSource({ type: 'postgres', url: database.url, entities, poolSize: 4 }).initialize();
  chain = await MembersApp.start(MembersModule, {
    platform: {
      ...memoryPlatform(clock),
      store,
      runner: new CachedCommandRunner(store, clock),
      dataSource: source,
    },
  });
  reactions = chain.app.get(MemberReactions);
  await prepareReadModels({ source, store, catalogue }, projections);
  readModels = new ReadModels(source, new LogTail(store, catalogue), projections, { report });
  readModels.start();
  timers = new TimerRunner({
    timers: memberTimers,
    list: new PostgresDueList(source),
    dispatch: reactions.dispatch,
    parking: new MemoryCheckpoints(),
    clock,
    report,
  });
  await openStore();
});
afterAll(async () => {
  await chain.app.close();
  await readModels.stop();
  await source.destroy();
  await store.close();
  await database.drop();
});

/** The fact that organisation states when a store opens. */
const openStore = () =>
  store.append({
    streamId: 'store-chain',
    expected: { revision: -1, hash: '' },
    recordedAt: now,
    events: [
      {
        eventId: '00000000-0000-5000-8000-000000000001',
        type: 'StoreOpened',
        schemaVersion: 1,
        data: JSON.stringify({ storeId: 'S1', name: 'S1', timeZone: zone, currency: 'AUD' }),
        meta: '{}',
        occurredAt: now,
      },
    ],
  });

/** Every birthday stated so far: whose, which year, when. */
const stated = async (): Promise<readonly string[]> =>
  (await everythingIn(store))
    .filter((each) => each.type === 'BirthdayReached')
    .map((each) => `${each.streamId} ${(JSON.parse(each.data) as { year: number }).year} ${toText(each.occurredAt)}`)
    .sort();

it('birthdays are stated at midnight of the home store, each once a year, none of an erased member', async () => {
  const born = (memberId: string, birthday?: string) =>
    chain.enrol({ memberId, profile: birthday === undefined ? {} : { birthday } });
  await born('spring', '1990-09-01');
  await born('leap', '2000-02-29');
  await born('untold');
  await born('gone', '1990-09-01');
  await born('today', '1990-03-01');
  await born('corrected', '1990-05-01');
  await chain.call('PATCH', '/v1/members/corrected', { profile: { birthday: '1990-05-02' } });
  await chain.call('POST', '/v1/members/gone/erase', {});

  await timers.runDue(Date.parse('2028-03-01T12:00:00+11:00'), clock, settled);

  expect(await stated()).toEqual([
    'member-corrected 2026 2026-05-01T14:00:00.000Z',
    'member-corrected 2027 2027-05-01T14:00:00.000Z',
    'member-leap 2027 2027-02-27T13:00:00.000Z',
    'member-leap 2028 2028-02-28T13:00:00.000Z',
    'member-spring 2026 2026-08-31T14:00:00.000Z',
    'member-spring 2027 2027-08-31T14:00:00.000Z',
    'member-today 2027 2027-02-28T13:00:00.000Z',
    'member-today 2028 2028-02-29T13:00:00.000Z',
  ]);
}, 360_000);

it('a sweep done again states nothing twice', async () => {
  const before = await stated();
  const idempotency = { credential: 'test', key: 'again', requestHash: 'again' };
  await reactions.dispatch(
    { type: 'StateBirthdays', zone, year: 2027, month: 9, day: 1, at: Date.parse('2027-09-01T00:00:00+10:00') },
    { idempotency, now: clock.now(), meta: {} },
  );
  expect(await stated()).toEqual(before);
});

it('the list of what is due names no member', async () => {
  await settled();
  expect(await source.query('SELECT timer, key FROM read.due_timers')).toEqual([
    { timer: 'state-birthdays', key: zone },
  ]);
});
