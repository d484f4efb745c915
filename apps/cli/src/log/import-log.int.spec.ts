import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Client } from 'pg';
import { eventStoreDb24, KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { manyPurchases, mapping, purchases } from '../testing/purchases';
import { ended, Workbench } from '../testing/workbench';
import { CheckedLines, entryIn, type LogEntry } from './log-lines';

let source: Workbench;
let file: string;
let lines: readonly string[];
beforeAll(async () => {
  source = await Workbench.open();
  const log = await source.file('log.csv', purchases(manyPurchases(20, 4)));
  await source.run('import', log, '--format', 'csv', '--mapping', await source.file('map.json', mapping));
  file = join(source.folder, 'log.jsonl');
  await source.run('export', file);
  lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
}, 240_000);
afterAll(() => source.close());

let target: Workbench;
beforeEach(async () => {
  target = await Workbench.open();
});
afterEach(() => target.close());

const counted = async () => {
  const [row] = await target.sql<{ events: number; commands: number; claims: number }>(
    `SELECT (SELECT count(*)::int FROM log.events) AS events, (SELECT count(*)::int FROM log.commands) AS commands,
       (SELECT count(*)::int FROM log.claims) AS claims`,
  );
  return row;
};

const ofKind = (kind: string): readonly string[] => lines.filter((line) => line.startsWith(`{"kind":"${kind}"`));

const exportedAgain = async (from: Workbench): Promise<string> => {
  const path = join(target.folder, 'again.jsonl');
  expect((await from.run('export', path)).code).toBe(0);
  return readFile(path, 'utf8');
};

/** Waits until something holds. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 100_000; Date.now() < deadline; await new Promise((done) => setTimeout(done, 20)))
    if (await holds()) return;
  throw new Error('It never came to that.');
};

describe('an import that was cut off', () => {
  it('by kill -9, between events and names, is gone on with on PostgreSQL', async () => {
    await target.run('export', join(target.folder, 'nothing.jsonl'));
    const held = new Client({ connectionString: target.database.url });
    await held.connect();
    await held.query('BEGIN; LOCK TABLE log.claims IN EXCLUSIVE MODE');
    const child = target.start('import-log', file);
    await until(async () => (await counted())?.commands === ofKind('command').length);
    child.kill('SIGKILL');
    expect(await ended(child)).toBeNull();
    // Else the server would still carry out what it was last told.
    const mover = `FROM pg_stat_activity WHERE application_name = 'regulars log mover' AND datname = current_database()`;
    await held.query(`SELECT pg_terminate_backend(pid) ${mover}`);
    await until(async () => (await target.sql(`SELECT 1 ${mover}`)).length === 0);
    await held.query('ROLLBACK');
    await held.end();
    expect(await counted()).toMatchObject({ events: ofKind('event').length, claims: 0 });
    const refused = await target.run('verify');
    expect(refused.err).toContain('The log is being moved: run "npx regulars import-log" again');
    const { code, out } = await target.run('import-log', file);
    expect([code, out]).toEqual([0, expect.stringContaining('of the events were there before')]);
    expect(await exportedAgain(target)).toBe(await readFile(file, 'utf8'));
  }, 240_000);

  it('by kill -9, in the middle of the events, is gone on with on KurrentDB', async () => {
    const double = await KurrentDbDouble.start(eventStoreDb24);
    const there = target.with({ KURRENTDB_URL: double.url });
    double.faults.plan('lost', 'account-M2', 100);
    const child = there.start('import-log', file);
    await until(() => double.log.stream('account-M1') !== undefined);
    /** Waits until nothing more is written. */
    const atRest = async (): Promise<void> => {
      for (let seen = -1; seen < double.log.all.length; await new Promise((done) => setTimeout(done, 300)))
        seen = double.log.all.length;
    };
    await atRest();
    child.kill('SIGKILL');
    expect(await ended(child)).toBeNull();
    await atRest();
    double.faults.clear();
    const before = double.log.all.length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(ofKind('event').length);
    const { code, lines: told } = await there.run('import-log', file, '--json');
    expect([code, told.at(-1)]).toEqual([0, expect.objectContaining({ event: 'log-imported', before })]);
    expect(await exportedAgain(there)).toBe(await readFile(file, 'utf8'));
    double.stop();
  }, 240_000);

  it('and run again when all was done, changes nothing', async () => {
    await target.run('import-log', file);
    await target.sql(`UPDATE read.checkpoints SET moved_at = '2020-01-01'`);
    const { code, out } = await target.run('import-log', file);
    expect([code, out]).toEqual([0, expect.stringContaining('verified')]);
    expect(await target.sql('SELECT DISTINCT moved_at::text FROM read.checkpoints')).toHaveLength(1);
    expect(await exportedAgain(target)).toBe(await readFile(file, 'utf8'));
  }, 240_000);
});

describe('a store that holds anything else', () => {
  const refusal = async () => {
    const before = await counted();
    const { code, err } = await target.run('import-log', file);
    expect(code).toBe(1);
    expect(await counted()).toEqual(before);
    expect(err).toContain('PostgreSQL holds a log that is not a part of this file.');
    expect(err).toContain('Nothing was changed.');
    return err;
  };

  it('is refused: another chain', async () => {
    const log = await target.file('log.csv', purchases(manyPurchases(3, 2)));
    await target.run('import', log, '--format', 'csv', '--mapping', await target.file('map.json', mapping));
    expect(await refusal()).toMatch(/The store holds revision 0 of .* where line 2 of the file has revision 0 of /);
  }, 240_000);

  it('is refused: more than the file', async () => {
    await target.run('import-log', file);
    const log = await target.file('log.csv', purchases(manyPurchases(22, 4)));
    await target.run('import', log, '--format', 'csv', '--mapping', await target.file('map.json', mapping));
    expect(await refusal()).toMatch(/The store holds more than the file: revision \d+ of /);
  }, 240_000);

  it('is refused: a name or an answer that the file does not have', async () => {
    await target.run('import-log', file);
    await target.sql(`INSERT INTO log.claims (name, revision, stream_id) VALUES ('card:strange', 0, 'member-M1')`);
    expect(await refusal()).toContain('holder of card:strange, which is not in the file');
    await target.sql(`DELETE FROM log.claims WHERE name = 'card:strange'`);
    await target.sql(`UPDATE log.commands SET answer = '{"other":1}' WHERE key = (SELECT min(key) FROM log.commands)`);
    expect(await refusal()).toMatch(/The store holds another answer to .* than line \d+/);
  }, 240_000);

  it('and one at which somebody is at work is let be', async () => {
    await target.run('verify');
    const worker = new Client({ connectionString: target.database.url });
    await worker.connect();
    await worker.query("SELECT pg_advisory_lock(hashtextextended('regulars:projector', 0))");
    const { code, err } = await target.run('import-log', file);
    expect([code, err]).toEqual([1, expect.stringContaining('Stop every process of the chain')]);
    await worker.end();
    expect((await target.run('import-log', file)).code).toBe(0);
  }, 240_000);
});

const entryAt = (index: number): LogEntry => {
  const entry = entryIn((lines[index] ?? '').replace(/,"check":"[0-9a-f]{32}"\}$/, '}'));
  if (typeof entry === 'string') throw new Error(entry);
  return entry;
};

/** The file with something else in place of an entry, and every check made to fit again. */
const forged = (index: number, change: (entry: LogEntry) => LogEntry): string => {
  const writer = new CheckedLines();
  const all = lines.slice(1).map((_, at) => (at + 1 === index ? change(entryAt(at + 1)) : entryAt(at + 1)));
  return [writer.header(), ...all.map((entry) => writer.entry(entry))].map((line) => `${line}\n`).join('');
};

describe('a file that is not as it was written', () => {
  const imported = async (name: string, content: string | Buffer) => {
    const path = join(target.folder, name);
    await writeFile(path, content);
    return target.run('import-log', path);
  };

  it.each<[string, () => string | Buffer, RegExp]>([
    ['an altered line', () => lines.join('\n').replace('"revision":2', '"revision":3'), /^Line \d+: it is damaged/],
    ['a lost line', () => lines.filter((_, at) => at !== 7).join('\n'), /^Line 8: it is damaged/],
    ['a cut', () => lines.slice(0, 30).join('\n'), /^Line 31: the file is cut off here/],
    ['a cut within a packed file', () => gzipSync(lines.join('\n')).subarray(0, 900), /^Line \d+: the file is cut off/],
  ])('with %s is refused before anything is changed', async (_, content, why) => {
    await target.run('export', join(target.folder, 'nothing.jsonl'));
    const { code, err } = await imported('bad.jsonl', content());
    expect([code, err]).toEqual([1, expect.stringMatching(why)]);
    expect(err).toContain('Nothing was changed.');
    expect(await counted()).toEqual({ events: 0, commands: 0, claims: 0 });
    expect((await target.run('import-log', file)).code).toBe(0);
  });

  it('is refused at an event whose content does not give its hash, even if every check was made to fit', async () => {
    const altered = forged(12, (entry) =>
      entry.kind === 'event' ? { ...entry, event: { ...entry.event, data: '{}' } } : entry,
    );
    const { code, err } = await imported('forged.jsonl', altered);
    expect([code, err]).toEqual([1, expect.stringMatching(/^Line 13: revision \d+ of .* does not give its hash/)]);
    expect((await target.run('export', join(target.folder, 'x'))).err).toContain('The log is being moved');
    expect((await target.run('import-log', file)).code).toBe(0);
    expect(await exportedAgain(target)).toBe(await readFile(file, 'utf8'));
  });
});
