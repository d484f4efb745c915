import { DataSource } from 'typeorm';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { toText } from '#libs/platform/kernel/instant';
import { prepareReadModels, ReadModels } from '#libs/platform/read-models/read-models';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { memberEvents } from '../domain/member.events';
import { MembersModule, memberProjections } from '../module';
import { now } from '../testing/member.fixtures';
import { MembersApp, tokens } from '../testing/members-app';

let database: FreshDatabase;
let store: PostgresEventStore;
let source: DataSource;
let readModels: ReadModels;
let chain: MembersApp;

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  const entities = memberProjections.map((each) => each.entity);
  source = await new DataSource({ type: 'postgres', url: database.url, entities, poolSize: 4 }).initialize();
  await prepareReadModels({ source, store, catalogue: memberEvents }, memberProjections);
  const report = (problem: string): never => {
    throw new Error(problem);
  };
  readModels = new ReadModels(source, new LogTail(store, memberEvents), memberProjections, { report });
  readModels.start();
  const clock = new VirtualClock(now);
  const runner = new CachedCommandRunner(store, clock);
  chain = await MembersApp.start(MembersModule, {
    platform: { ...memoryPlatform(clock), store, runner, dataSource: source },
  });
  for (const n of [1, 2, 3, 4, 5]) {
    const profile = { givenName: 'Adalgisa', birthday: '1990-05-17', phone: `+6140000000${n}` };
    await chain.enrol({ memberId: `M${n}`, storeId: n === 5 ? 'S2' : 'S1', profile });
  }
  await chain.call('POST', '/v1/members/M2/suspend', { reason: 'fraud' });
  await chain.call('POST', '/v1/members/M3/erase', {});
  await readModels.caughtUp(await store.latest());
});
afterAll(async () => {
  await chain.app.close();
  await readModels.stop();
  await source.destroy();
  await store.close();
  await database.drop();
});

const list = (query = '', token = tokens.headOffice) => chain.call('GET', `/v1/members${query}`, undefined, { token });
const line = (memberId: string, parts: object = {}) => ({
  memberId,
  storeId: 'S1',
  channel: 'till',
  enrolledAt: toText(now),
  state: 'active',
  ...parts,
});
const inS1 = [line('M1'), line('M2', { state: 'suspended' }), line('M3', { state: 'erased' }), line('M4')];

describe('the members of a store', () => {
  it('are listed with their state, and up to where the list speaks', async () => {
    const { status, body } = await list('?storeId=S1');
    expect(status).toBe(200);
    expect(body).toEqual({
      items: inS1,
      nextCursor: null,
      upTo: { position: expect.stringMatching(/^\d+\/\d+$/) as string, at: expect.any(String) as string },
    });
  });

  it('come in pages', async () => {
    const first = await list('?storeId=S1&limit=3');
    expect(first.body['items']).toEqual(inS1.slice(0, 3));
    const second = await list(`?storeId=S1&limit=3&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body).toMatchObject({ items: inS1.slice(3), nextCursor: null });
  });

  it('are those within reach', async () => {
    expect((await list()).body['items']).toHaveLength(5);
    expect((await list('', tokens.auditor)).body['items']).toHaveLength(5);
    expect((await list('', tokens.storeManager)).body['items']).toEqual(inS1);
    expect((await list('', tokens.otherManager)).body['items']).toEqual([line('M5', { storeId: 'S2' })]);
    expect((await list('?storeId=S2', tokens.storeManager)).status).toBe(403);
    expect((await list('?storeId=S9')).status).toBe(404);
    for (const token of [tokens.till, tokens.cashier, tokens.marketer])
      expect((await list('', token)).status).toBe(403);
  });
});

it('no read model holds anything personal', async () => {
  const rows: readonly object[] = [
    ...(await source.query<object[]>('SELECT * FROM read.members_by_store')),
    ...(await source.query<object[]>('SELECT * FROM read.member_birthdays')),
  ];
  expect(rows).toHaveLength(9);
  // The ids of keys are made by chance: they may have these very digits in them.
  const kept = JSON.stringify(rows).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
  expect(kept).toContain('"key_id":"id"');
  for (const personal of ['Adalgisa', '1990', '05-17', '+614']) expect(kept).not.toContain(personal);
});
