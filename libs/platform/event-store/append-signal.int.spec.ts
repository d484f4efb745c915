import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { accepted, appendOf, kinds } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { PostgresEventStore } from './postgres-event-store';

let database: FreshDatabase;
let store: PostgresEventStore;

beforeEach(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
});
afterEach(async () => {
  await store.close();
  await database.drop();
});

/** Waits until something holds, for as long as the test may take. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(5);
};

/** Waits until the store hears of other processes: it gives a signal then, since it may have missed one. */
const listening = async (): Promise<void> => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const ears = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`;
  while ((await client.query(ears)).rowCount === 0) await sleep(5);
  await client.end();
};

describe('the signal after appends', () => {
  it('reaches other processes at most once in 50 ms, however much is appended', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('LISTEN regulars_appended');
    let heard = 0;
    client.on('notification', () => void heard++);
    const started = Date.now();
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 50 }, () => store.append(appendOf())));
    }
    await until(() => heard > 0);
    await sleep(150);
    const elapsed = Date.now() - started;
    await client.end();
    expect(heard).toBeLessThanOrEqual(Math.ceil(elapsed / 50));
  });

  it('reaches each listener of this process, and not one that has left', async () => {
    const calls = { stays: 0, leaves: 0 };
    store.onAppended(() => void calls.stays++);
    const leave = store.onAppended(() => void calls.leaves++);
    await store.append(appendOf());
    await until(() => calls.leaves > 0);
    leave();
    const { leaves, stays } = calls;
    await store.append(appendOf());
    await until(() => calls.stays > stays);
    expect(calls.leaves).toBe(leaves);
  });

  it('is not given for an append that changed nothing', async () => {
    const request = appendOf();
    await store.append(request);
    await listening();
    // What was given on account of that comes before long.
    await sleep(200);
    let calls = 0;
    store.onAppended(() => void calls++);
    expect(await store.append(request)).toEqual({ kind: 'conflict' });
    await sleep(50);
    expect(calls).toBe(0);
  });
});

describe('a flood of commands that are known already', () => {
  const rollbacks = async (client: Client): Promise<number> => {
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await client.query<{ count: string }>(
      `SELECT xact_rollback AS count FROM pg_stat_database WHERE datname = current_database()`,
    );
    return Number(rows[0]?.count);
  };

  it('is answered without a failed statement for each batch of it', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const known = Array.from({ length: 1_000 }, () => appendOf({ command: accepted() }));
    await Promise.all(known.map((each) => store.append(each)));
    const before = await rollbacks(client);
    for (let round = 0; round < 25; round++) {
      const again = known.slice(round * 40, round * 40 + 40);
      const mixed = again.flatMap((each) => [
        appendOf({ command: accepted() }),
        { ...each, streamId: `${each.streamId}-b` },
      ]);
      expect(kinds(await Promise.all(mixed.map((each) => store.append(each))))).toEqual({
        'duplicate-command': 40,
        appended: 40,
      });
    }
    await sleep(1_200);
    expect((await rollbacks(client)) - before).toBeLessThanOrEqual(3);
    await client.end();
  });
});
