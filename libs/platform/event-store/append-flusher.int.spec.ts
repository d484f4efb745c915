import { Client, type ClientConfig } from 'pg';
import { accepted, appendOf, facts, kinds, someStream, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { waitingFor } from './append-batch';
import { AppendFlusher } from './append-flusher';
import type { Statement } from './append-statement';
import { emptyStream, StoreUnavailable, type AppendOutcome, type AppendRequest } from './event-store';
import { connectionSettings, LogConnection } from './log-connection';
import { prepareLog } from './log-schema';

/** A connection that notes what is asked over it. */
class NotedConnection extends LogConnection {
  readonly asked: string[] = [];

  override query(statement: Statement): ReturnType<LogConnection['query']> {
    this.asked.push(statement.name);
    return super.query(statement);
  }
}

let database: FreshDatabase;
let client: Client;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await freshDatabase();
  await prepareLog(database.url);
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterEach(() => close());
afterAll(async () => {
  await client.end();
  await database.drop();
});

const opened = (parts: Partial<Record<'appends' | 'events' | 'size', number>> = {}, settings: ClientConfig = {}) => {
  const patience = { connectMs: 20_000, statementMs: 20_000 };
  const connection = new NotedConnection({ ...connectionSettings(database.url, 'spec', patience), ...settings });
  const batches: number[] = [];
  const limits = { appends: 256, events: 4_096, size: 1_000_000, ...parts };
  const flusher = new AppendFlusher(connection, limits, (appends) => void batches.push(appends));
  close = () => flusher.close();
  const append = (request: AppendRequest = appendOf()): Promise<AppendOutcome> =>
    new Promise((resolve, reject) => flusher.add(waitingFor(request, { resolve, reject })));
  return { flusher, append, batches, asked: connection.asked };
};

const whyNot = async (append: Promise<unknown>): Promise<string> =>
  append.then(
    () => 'nothing',
    (error: unknown) => {
      expect(error).toBeInstanceOf(StoreUnavailable);
      return ((error as StoreUnavailable).cause as Error).message;
    },
  );

describe('what comes in one turn', () => {
  it('is written by one statement', async () => {
    const { append, batches, asked } = opened();
    expect(kinds(await Promise.all(Array.from({ length: 7 }, () => append())))).toEqual({ appended: 7 });
    expect([batches, asked]).toEqual([[7], ['append']]);
  });

  it.each([
    ['appends', { appends: 2 }, [2, 2, 1]],
    ['events', { events: 4 }, [2, 2, 1]],
    ['events of one append', { events: 1 }, [1, 1, 1, 1, 1]],
    ['bytes', { size: 400 }, [2, 2, 1]],
    ['bytes of one append', { size: 1 }, [1, 1, 1, 1, 1]],
  ])('is written by several where there are too many %s', async (_, limits, expected) => {
    const { append, batches } = opened(limits);
    await Promise.all(Array.from({ length: 5 }, () => append(appendOf({ events: facts(3) }))));
    expect(batches).toEqual(expected);
  });

  it.each([
    [7, [7]],
    [32, [32]],
    [40, [32, 8]],
    [101, [51, 50]],
  ])('is written in halves where it is much: %d appends', async (count, expected) => {
    const { append, batches } = opened();
    await Promise.all(Array.from({ length: count }, () => append()));
    expect(batches).toEqual(expected);
  });

  it('is joined by what those say who were just answered, where nobody else waits', async () => {
    const { append, batches } = opened();
    const followed = () => append().then(() => append());
    await Promise.all([followed(), followed(), followed()]);
    expect(batches).toEqual([3, 3]);
  });

  it('is answered while the server is at work on what waits already', async () => {
    const { append, batches, asked } = opened({ appends: 2 });
    const askedBefore = (index: number) => append().then(() => [index, asked.length] as const);
    expect(await Promise.all([0, 1, 2, 3, 4].map(askedBefore))).toEqual([
      ...[0, 1].map((index) => [index, 2]),
      ...[2, 3].map((index) => [index, 3]),
      [4, 3],
    ]);
    expect(batches).toEqual([2, 2, 1]);
  });

  it('is written before it closes, and nothing afterwards', async () => {
    const { flusher, append, batches } = opened({ appends: 1 });
    const appends = [append(), append()];
    const closed = flusher.close();
    expect(await whyNot(append())).toBe('The event store is closed.');
    expect(kinds(await Promise.all(appends))).toEqual({ appended: 2 });
    await closed;
    expect(batches).toEqual([1, 1]);
  });
});

describe('appends that are refused', () => {
  it('fail themselves, and are told why in the same round', async () => {
    const { append, batches, asked } = opened();
    const streamId = someStream();
    const tip = tipOf(await append(appendOf({ streamId })));
    const late = appendOf({ streamId, expected: emptyStream });
    const outcomes = await Promise.all([append(late), append(), append(appendOf({ streamId, expected: tip }))]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['conflict', 'appended', 'appended']);
    expect(batches).toEqual([1, 1, 1]);
    expect(asked).toEqual(['append', 'append', 'append-knowledge', 'append']);
  });

  it('on account of another in the same batch are not written first', async () => {
    const { append, asked } = opened();
    const streamId = someStream();
    const rivals = [appendOf({ streamId }), appendOf({ streamId })];
    expect((await Promise.all(rivals.map(append))).map(({ kind }) => kind)).toEqual(['appended', 'conflict']);
    expect(asked).toEqual(['append', 'append-knowledge']);
  });

  it('are asked about beforehand for a while after one that was told twice', async () => {
    const { append, asked } = opened();
    const command = accepted();
    await append(appendOf({ command }));
    asked.length = 0;
    expect(await append(appendOf({ command }))).toEqual({ kind: 'duplicate-command', command });
    expect(asked.splice(0)).toEqual(['append', 'append-knowledge']);
    for (let batch = 0; batch < 32; batch++) {
      await append();
      expect(asked.splice(0)).toEqual(['append-knowledge', 'append']);
    }
    await append();
    expect(asked).toEqual(['append']);
  });

  it('do not cost their neighbours anything but time', async () => {
    const { append } = opened();
    const [command, name] = [accepted(), `card:${someStream()}`];
    await append(appendOf({ command, claims: [name] }));
    const outcomes = await Promise.all([
      append(),
      append(appendOf({ command })),
      append(appendOf({ claims: [name] })),
      append(),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'duplicate-command', 'claim-taken', 'appended']);
  });
});

describe('a statement that fails', () => {
  /** Keeps the row of a stream for itself until told. */
  const hold = async (streamId: string): Promise<void> => {
    await client.query('BEGIN');
    await client.query('SELECT FROM log.streams WHERE stream_id = $1 FOR UPDATE', [streamId]);
  };
  const impatient = (ms: number) => ({ options: `-c lock_timeout=${ms}` });

  it('for a reason that passes is sent again until it does', async () => {
    const { append, asked } = opened({}, impatient(400));
    const streamId = someStream();
    const expected = tipOf(await append(appendOf({ streamId })));
    await hold(streamId);
    const waiting = append(appendOf({ streamId, expected }));
    while (asked.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.query('ROLLBACK');
    expect((await waiting).kind).toBe('appended');
  });

  it('is given up after ten times', async () => {
    const { append, asked } = opened({}, impatient(20));
    const streamId = someStream();
    const expected = tipOf(await append(appendOf({ streamId })));
    await hold(streamId);
    asked.length = 0;
    expect(await whyNot(append(appendOf({ streamId, expected })))).toBe('The append could not be settled.');
    expect(asked).toEqual(Array(10).fill('append'));
    await client.query('ROLLBACK');
  });

  it('by what it says takes its batch with it, and not those that wait', async () => {
    await client.query(`ALTER TABLE log.events ADD CONSTRAINT lucky CHECK (stream_id <> 'account-13')`);
    const { append } = opened({ appends: 2 });
    const appends = [append(appendOf({ streamId: 'account-13' })), append(), append()];
    expect(await whyNot(appends[0]!)).toContain('violates check constraint "lucky"');
    expect(await whyNot(appends[1]!)).toContain('lucky');
    expect((await appends[2])?.kind).toBe('appended');
    await client.query('ALTER TABLE log.events DROP CONSTRAINT lucky');
  });

  it('since the server takes nothing more rejects all that wait, at once', async () => {
    const { append, asked, flusher } = opened({ appends: 1 }, { options: '-c default_transaction_read_only=on' });
    const reasons = await Promise.all([append(), append(), append()].map(whyNot));
    expect(new Set(reasons)).toEqual(new Set(['cannot execute SELECT in a read-only transaction']));
    expect([asked, flusher.waiting]).toEqual([['append'], 0]);
  });

  it('when it asks beforehand rejects those it asked about, and goes on with the next', async () => {
    const { append } = opened();
    const command = accepted();
    for (const kind of ['appended', 'duplicate-command']) expect((await append(appendOf({ command }))).kind).toBe(kind);
    await client.query('ALTER TABLE log.claims RENAME TO hidden');
    expect(await whyNot(append())).toContain('log.claims');
    await client.query('ALTER TABLE log.hidden RENAME TO claims');
    expect((await append()).kind).toBe('appended');
  });

  it('when it asks afterwards rejects those it asked about, and nobody whose facts are written', async () => {
    const { append, asked } = opened();
    const streamId = someStream();
    await append(appendOf({ streamId }));
    asked.length = 0;
    await client.query('ALTER TABLE log.claims RENAME TO hidden');
    const [written, refused] = [append(), append(appendOf({ streamId, expected: emptyStream }))];
    expect(await whyNot(refused)).toContain('log.claims');
    expect((await written).kind).toBe('appended');
    expect(asked).toEqual(['append', 'append-knowledge']);
    await client.query('ALTER TABLE log.hidden RENAME TO claims');
  });

  it('for want of a server rejects all that wait', async () => {
    const { append, asked } = opened({ appends: 1 }, { connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    for (const reason of await Promise.all([append(), append()].map(whyNot))) expect(reason).toContain('ECONNREFUSED');
    expect(asked).toEqual(['append']);
  });
});
