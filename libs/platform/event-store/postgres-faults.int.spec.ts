import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres } from '#libs/platform/postgres/embedded-postgres';
import { accepted, appendOf, facts, kinds, pagesOf, readToEnd } from '#libs/platform/testing/event-store.fixtures';
import {
  logStart,
  StoreUnavailable,
  type AppendOutcome,
  type AppendRequest,
  type EventStore,
  type StoredEvent,
} from './event-store';
import { verifyChain } from './hash-chain';
import { PostgresEventStore } from './postgres-event-store';

/** A server that was killed recovers within this time, on a busy machine too. */
const patienceMs = 90_000;

let folder: string;
let server: EmbeddedPostgres;
let store: PostgresEventStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-faults-'));
  server = await EmbeddedPostgres.start({ folder });
  const patience = { connectMs: 5_000, statementMs: 2_000 };
  store = await PostgresEventStore.open({ url: server.url, writers: 2, waiting: 400, patience });
});
afterAll(async () => {
  await store.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const query = async (statement: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
};

const until = async (reached: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + patienceMs; !(await reached()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error('it took too long');
  }
};

const isUp = (): Promise<boolean> =>
  query('SELECT 1').then(
    () => true,
    () => false,
  );

const request = (): AppendRequest => appendOf({ events: facts(3), command: accepted() });

/** Tries an append until the log answers, as a till does that was told 503. */
const appendAtLast = async (to: EventStore, append: AppendRequest): Promise<AppendOutcome> => {
  for (const deadline = Date.now() + patienceMs; ; await sleep(20)) {
    try {
      return await to.append(append);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() > deadline) throw error;
    }
  }
};

interface History {
  readonly acknowledged: AppendRequest[];
  readonly unknown: AppendRequest[];
  readonly strange: unknown[];
}

/** Appends in a loop until told to stop, and keeps what became of each append. */
const appendUntil = async (stopped: () => boolean, history: History): Promise<void> => {
  while (!stopped()) {
    const each = request();
    try {
      const outcome = await store.append(each);
      if (outcome.kind === 'appended') history.acknowledged.push(each);
      else history.strange.push(outcome);
    } catch (error) {
      if (error instanceof StoreUnavailable) history.unknown.push(each);
      else history.strange.push(error);
      await sleep(50);
    }
  }
};

/** How many of some commands the log knows. */
const knownOf = async (requests: readonly AppendRequest[]): Promise<number> => {
  const found = await Promise.all(requests.map((each) => store.findCommand('till-7', each.command!.key)));
  return found.filter((command) => command !== undefined).length;
};

const tailsOf = (requests: readonly AppendRequest[]): Promise<readonly (readonly StoredEvent[])[]> =>
  Promise.all(requests.map((each) => store.readStream(each.streamId, 0, 1_000)));

/** All or nothing of each append: whole when it was acknowledged, and told again it is found or made good. */
const check = async ({ acknowledged, unknown, strange }: History): Promise<void> => {
  expect(strange).toEqual([]);
  const kept = await tailsOf(acknowledged);
  expect(kept.map((tail) => tail.map((event) => event.eventId))).toEqual(
    acknowledged.map((each) => each.events.map((event) => event.eventId)),
  );
  expect(kept.filter((tail) => verifyChain(tail).kind !== 'intact')).toEqual([]);
  expect(await knownOf(acknowledged)).toBe(acknowledged.length);
  const lengths = (await tailsOf(unknown)).map((tail) => tail.length);
  expect(lengths.filter((length) => length !== 0 && length !== 3)).toEqual([]);
  expect(await knownOf(unknown)).toBe(lengths.filter((length) => length === 3).length);
  await Promise.all(unknown.map((each) => appendAtLast(store, each)));
  expect((await tailsOf(unknown)).filter((tail) => tail.length !== 3)).toEqual([]);
};

it.each([1, 2, 3])(
  'survives a server killed under load and started again, without a restart of its own (%i)',
  async () => {
    const history: History = { acknowledged: [], unknown: [], strange: [] };
    let stop = false;
    const writers = Array.from({ length: 32 }, () => appendUntil(() => stop, history));
    await until(() => history.acknowledged.length > 100);
    const restarted = new Promise((resolve) => server.onExit(resolve));
    process.kill(server.pid!, 'SIGKILL');
    await restarted;
    await until(() => server.pid !== undefined && isUp());
    const before = history.acknowledged.length;
    await until(() => history.acknowledged.length > before + 100);
    stop = true;
    await Promise.all(writers);
    expect(history.acknowledged.length).toBeGreaterThan(before);
    expect(history.unknown.length).toBeGreaterThan(0);
    await check(history);
  },
);

it('survives the loss of its sessions alone', async () => {
  const history: History = { acknowledged: [], unknown: [], strange: [] };
  let stop = false;
  const writers = Array.from({ length: 16 }, () => appendUntil(() => stop, history));
  for (let round = 0; round < 5; round++) {
    await sleep(80);
    await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'regulars log%'`);
  }
  await sleep(80);
  stop = true;
  await Promise.all(writers);
  expect(history.unknown.length).toBeGreaterThan(0);
  await check(history);
});

it('rejects rather than hangs when the server is silent, bounds what waits, and goes on when it is back', async () => {
  await appendAtLast(store, request());
  const sessionsOf = (name: string) => query(`SELECT pid FROM pg_stat_activity WHERE application_name LIKE '${name}'`);
  const writers = (await sessionsOf('regulars log writer')).map(({ pid }) => pid);
  const silent = [server.pid!, ...(await sessionsOf('regulars log%')).map(({ pid }) => Number(pid))];
  for (const pid of silent) process.kill(pid, 'SIGSTOP');
  const requests = Array.from({ length: 1_000 }, request);
  const outcomes = await Promise.allSettled(requests.map((each) => store.append(each)));
  const reads = await Promise.allSettled([
    ...[store.load('account-1'), store.head(), store.readAll(logStart, 1)],
    pagesOf(store.pages(logStart, 1)),
  ]);
  for (const pid of silent) process.kill(pid, 'SIGCONT');
  // Sessions that were given up still carry out what they were told last, and end.
  await until(async () => !(await sessionsOf('regulars log writer')).some(({ pid }) => writers.includes(pid)));
  for (const each of [...outcomes, ...reads]) {
    expect(each).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
  }
  await check({ acknowledged: [], unknown: requests.slice(0, 20), strange: [] });
}, 240_000);

it('tells apart what many have told twice while others append', async () => {
  const known = Array.from({ length: 100 }, request);
  await Promise.all(known.map((each) => appendAtLast(store, each)));
  const fresh = Array.from({ length: 100 }, request);
  const mixed = known.flatMap((each, index) => [{ ...each, streamId: fresh[index]!.streamId }, fresh[index]!]);
  const outcomes = await Promise.all(mixed.map((each) => store.append(each)));
  expect(kinds(outcomes)).toEqual({ 'duplicate-command': 100, appended: 100 });
});

it('wakes readers of another server, also after their connection was lost', async () => {
  const other = await PostgresEventStore.open({ url: server.url });
  let calls = 0;
  other.onAppended(() => void calls++);
  /** Appends until that is heard of: what is told before the other listens is lost. */
  const woken = (): Promise<void> => {
    const before = calls;
    return until(async () => {
      await appendAtLast(store, request());
      await sleep(200);
      return calls > before;
    });
  };
  await sleep(200);
  await woken();
  await query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'regulars log listener'`,
  );
  await sleep(500);
  await woken();
  await other.close();
});

it('writes what is queued before it closes, and takes nothing afterwards', async () => {
  const other = await PostgresEventStore.open({ url: server.url });
  const start = await other.head();
  const appends = Promise.all(Array.from({ length: 300 }, () => other.append(request())));
  const closed = other.close();
  expect(kinds(await appends)).toEqual({ appended: 300 });
  await closed;
  await expect(other.append(request())).rejects.toThrow(StoreUnavailable);
  expect(await readToEnd(store, start, 900, 1000)).toHaveLength(900);
});

it('cannot be opened without a database', async () => {
  const url = new URL(server.url);
  url.pathname = '/missing';
  await expect(PostgresEventStore.open({ url: url.href })).rejects.toThrow('does not exist');
});
