import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { accepted, appendOf, kinds, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { waitingFor } from './append-batch';
import { AppendFlusher } from './append-flusher';
import type { Statement } from './append-statement';
import { emptyStream, type AppendOutcome, type AppendRequest } from './event-store';
import { connectionSettings, LogConnection } from './log-connection';
import { prepareLog } from './log-schema';

/** A connection that notes how it fails. */
class NotedConnection extends LogConnection {
  readonly failures: unknown[] = [];

  override async query(statement: Statement): ReturnType<LogConnection['query']> {
    try {
      return await super.query(statement);
    } catch (error) {
      this.failures.push((error as { code?: string }).code);
      throw error;
    }
  }
}

const uniqueViolation = '23505';
const patience = { connectMs: 20_000, statementMs: 20_000 };
let database: FreshDatabase;
let holder: Client;
let watcher: Client;

beforeAll(async () => {
  database = await freshDatabase();
  await prepareLog(database.url);
  [holder, watcher] = [1, 2].map(() => new Client({ connectionString: database.url })) as [Client, Client];
  await Promise.all([holder.connect(), watcher.connect()]);
});
afterAll(async () => {
  await Promise.all([holder.end(), watcher.end()]);
  await database.drop();
});

const opened = () => {
  const connection = new NotedConnection(connectionSettings(database.url, 'spec', patience));
  const limits = { appends: 256, events: 4_096, size: 1_000_000 };
  const flusher = new AppendFlusher(connection, limits, () => undefined);
  const append = (request: AppendRequest): Promise<AppendOutcome> =>
    new Promise((resolve, reject) => flusher.add(waitingFor(request, { resolve, reject })));
  const appendAll = (requests: readonly AppendRequest[]) => Promise.all(requests.map(append));
  return { flusher, appendAll, failures: connection.failures };
};

const untilWaiting = async (connections: number): Promise<void> => {
  const text = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  while ((await watcher.query(text)).rows.length < connections) await sleep(5);
};

const names = Array.from({ length: 10 }, (_, index) => `account-n${index}`);
const tips = new Map<string, AppendRequest['expected']>();

/** Two connections write in opposite orders, each begun while the one in the middle is taken, which is then let go. */
const crosswise = async (hold: string, requestOf: (name: string) => AppendRequest) => {
  const [here, there] = [opened(), opened()];
  await holder.query('BEGIN');
  await holder.query(hold);
  const outcomes = Promise.all([
    here.appendAll(names.map(requestOf)),
    there.appendAll(names.toReversed().map(requestOf)),
  ]);
  await untilWaiting(2);
  await holder.query('ROLLBACK');
  const came = kinds((await outcomes).flat());
  await Promise.all([here.flusher.close(), there.flusher.close()]);
  return { came, failures: [...here.failures, ...there.failures] };
};

describe('two batches that want the same in opposite orders do not wait for each other crosswise', () => {
  it('where it is names', async () => {
    const hold = `INSERT INTO log.claims (name, revision, stream_id) VALUES ('account-n5', 0, 'x')`;
    const { came, failures } = await crosswise(hold, (name) => appendOf({ claims: [name] }));
    expect(came).toEqual({ appended: 10, 'claim-taken': 10 });
    expect(failures).toEqual([uniqueViolation]);
  });

  it('where it is names, and each takes one that the other gives back', async () => {
    const holders = names.slice(0, 2).map((name) => appendOf({ streamId: `${name}-holder`, claims: [`${name}-held`] }));
    const first = opened();
    const [mine, yours] = (await first.appendAll(holders)).map(tipOf);
    await first.flusher.close();
    const hold = `INSERT INTO log.claims (name, revision, stream_id) VALUES ('account-n5-more', 0, 'x')`;
    const swap = (name: string): Partial<AppendRequest> => {
      const held = names.slice(0, 2).map((each) => `${each}-held`);
      if (name === names[0])
        return { streamId: `${name}-holder`, expected: mine!, releases: [held[0]!], claims: [held[1]!] };
      if (name === names[1])
        return { streamId: `${name}-holder`, expected: yours!, releases: [held[1]!], claims: [held[0]!] };
      return { claims: [`${name}-more`] };
    };
    const { came, failures } = await crosswise(hold, (name) => appendOf(swap(name)));
    expect(came).toEqual({ appended: 8, 'claim-taken': 12 });
    expect(new Set(failures)).toEqual(new Set([uniqueViolation]));
  });

  it('where it is keys', async () => {
    const hold = `INSERT INTO log.commands (credential, key, revision, status, request_hash, stream_id, answer)
      VALUES ('till-7', 'account-n5', 0, 201, 'h', 'x', '{}')`;
    const { came, failures } = await crosswise(hold, (name) => appendOf({ command: accepted(name) }));
    expect(came).toEqual({ appended: 10, 'duplicate-command': 10 });
    expect(failures).toEqual([uniqueViolation]);
  });

  it('where it is new streams', async () => {
    const hold = `INSERT INTO log.streams (stream_id, revision, hash) VALUES ('account-n5', -1, '')`;
    const { came, failures } = await crosswise(hold, (streamId) => appendOf({ streamId }));
    expect(came).toEqual({ appended: 10, conflict: 10 });
    expect(failures).toEqual([]);
  });

  it('where it is streams that are there', async () => {
    const { flusher, appendAll } = opened();
    const requests = names.map((name) => appendOf({ streamId: `${name}-old` }));
    (await appendAll(requests)).forEach((outcome, index) => tips.set(requests[index]!.streamId, tipOf(outcome)));
    await flusher.close();
    const hold = `SELECT FROM log.streams WHERE stream_id = 'account-n5-old' FOR UPDATE`;
    const { came, failures } = await crosswise(hold, (name) =>
      appendOf({ streamId: `${name}-old`, expected: tips.get(`${name}-old`) ?? emptyStream }),
    );
    expect(came).toEqual({ appended: 10, conflict: 10 });
    expect(failures).toEqual([]);
  });
});
