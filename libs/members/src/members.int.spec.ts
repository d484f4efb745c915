import { Client } from 'pg';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import type { Platform } from '#libs/platform/http/platform.module';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { PostgresKeyVault } from '#libs/platform/postgres/key-vault';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { now } from './testing/member.fixtures';
import { MembersModule } from './module';
import { MembersApp, tokens } from './testing/members-app';

let database: FreshDatabase;
let vault: PostgresKeyVault;
let stores: PostgresEventStore[];
let chains: MembersApp[];

/** A process of its own on the same database. */
const startProcess = async (): Promise<MembersApp> => {
  const store = await PostgresEventStore.open({ url: database.url });
  const clock = new VirtualClock(now);
  stores.push(store);
  const platform: Platform = { ...memoryPlatform(clock), store, runner: new CachedCommandRunner(store, clock) };
  const chain = await MembersApp.start(MembersModule, { platform, vault });
  chains.push(chain);
  return chain;
};

beforeAll(async () => {
  database = await freshDatabase();
  vault = await PostgresKeyVault.open({ url: database.url });
});
beforeEach(() => {
  stores = [];
  chains = [];
});
afterEach(async () => {
  await Promise.all(chains.map((chain) => chain.app.close()));
  await Promise.all(stores.map((store) => store.close()));
});
afterAll(async () => {
  await vault.close();
  await database.drop();
});

const table = async (statement: string): Promise<string[]> => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows.map((row) => JSON.stringify(row));
  } finally {
    await client.end();
  }
};

const body = (phone: string) => ({ storeId: 'S1', channel: 'till', profile: { givenName: 'Ada', phone } });

it('of 50 enrolments with one phone at once, over two processes, one wins', async () => {
  const [one, two] = [await startProcess(), await startProcess()];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      (n % 2 === 0 ? one : two).call('POST', '/v1/members', body('+61400000050'), { key: `fifty-${n}` }),
    ),
  );
  const won = answers.filter((each) => each.status === 201);
  expect(won).toHaveLength(1);
  expect(answers.filter((each) => each.status !== 201).map((each) => each.body['type'])).toEqual(
    Array(49).fill('urn:regulars:problem:identifier-taken'),
  );
  for (const chain of [one, two]) {
    const found = await chain.lookUp('+61400000050');
    expect(found).toMatchObject({ status: 200, body: { memberId: won[0]?.body['memberId'], displayName: 'Ada' } });
  }
  expect(await table(`SELECT 1 FROM vault.keys`)).toHaveLength(1);
});

it('one request sent 50 times at once, to two processes, enrols once and is always answered the same', async () => {
  const [one, two] = [await startProcess(), await startProcess()];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      (n % 2 === 0 ? one : two).call('POST', '/v1/members', body('+61400000051'), { key: 'same' }),
    ),
  );
  expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
});

it('a phone can be had again after an erasure, by one of many who want it', async () => {
  const chain = await startProcess();
  const profile = body('+61400000052').profile;
  for (let round = 1; round <= 5; round += 1) {
    const wishes = Array.from({ length: 10 }, () => chain.call('POST', '/v1/members', body(profile.phone)));
    const won = (await Promise.all(wishes)).filter((each) => each.status === 201);
    expect(won).toHaveLength(1);
    const memberId = String(won[0]?.body['memberId']);
    expect((await chain.lookUp(profile.phone)).body['memberId']).toBe(memberId);
    await chain.call('POST', `/v1/members/${memberId}/erase`, {});
    expect((await chain.lookUp(profile.phone)).status).toBe(404);
  }
});

it('changes of one member in two processes are all kept', async () => {
  const [one, two] = [await startProcess(), await startProcess()];
  const { memberId } = await one.enrol();
  const change = (chain: MembersApp, profile: object) => chain.call('PATCH', `/v1/members/${memberId}`, { profile });
  const changes = Array.from({ length: 10 }, (_, n) => [
    change(one, { givenName: `given ${n}` }),
    change(two, { familyName: `family ${n}` }),
  ]).flat();
  expect((await Promise.all(changes)).map((each) => each.status)).toEqual(Array(20).fill(200));
  const third = await startProcess();
  const { profile } = (await third.call('GET', `/v1/members/${memberId}`)).body as { profile: Record<string, string> };
  expect(profile).toEqual({
    givenName: expect.stringMatching(/^given \d$/) as string,
    familyName: expect.stringMatching(/^family \d$/) as string,
  });
});

it('nothing personal is in any table', async () => {
  const chain = await startProcess();
  const profile = {
    givenName: 'Adalgisa',
    phone: '+61400777999',
    email: 'adalgisa@example.org',
    birthday: '1915-12-10',
  };
  const consents = [{ channel: 'email', purpose: 'promotion', granted: true, evidence: 'signed the blue form' }];
  const { memberId, cards } = await chain.enrol({ profile, consents }, { token: tokens.till });
  await chain.call('PATCH', `/v1/members/${memberId}`, { profile: { familyName: 'Lovelace-Byron' } });
  const tables = ['log.events', 'log.commands', 'log.claims', 'log.streams', 'vault.keys'];
  const kept = (await Promise.all(tables.map((name) => table(`SELECT * FROM ${name}`)))).flat().join('\n');
  expect(kept).toContain(memberId);
  for (const personal of [...Object.values(profile), 'Lovelace-Byron', '61400777999', 'blue form', cards[0].number])
    expect(kept).not.toContain(personal);
});
