import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { emptyStream, type StoredEvent } from '#libs/platform/event-store/event-store';
import { verifyChain } from '#libs/platform/event-store/hash-chain';
import { manyPurchases, mapping, purchases } from '../testing/purchases';
import { Workbench } from '../testing/workbench';
import { runProgram } from '../program';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  const file = await bench.file('log.csv', purchases(manyPurchases(12, 3)));
  const map = await bench.file('map.json', mapping);
  await bench.run('import', file, '--format', 'csv', '--mapping', map);
}, 240_000);
afterAll(() => bench.close());

type Exported = Record<string, string | number>;

const entriesIn = (text: string, kind: string): readonly Exported[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Exported)
    .filter((entry) => entry['kind'] === kind);

/** A line of an export as the log held it. */
const storedOf = ({ kind: _kind, check: _check, stream, occurredAt, recordedAt, ...rest }: Exported): StoredEvent =>
  ({
    ...{ ...rest, streamId: stream },
    ...{ occurredAt: Date.parse(String(occurredAt)), recordedAt: Date.parse(String(recordedAt)) },
  }) as unknown as StoredEvent;

const exported = async (name: string) => {
  const path = join(bench.folder, name);
  const { code, lines } = await bench.run('export', path, '--json');
  expect(code).toBe(0);
  return { path, told: lines.find(({ event }) => event === 'exported') };
};

describe('export', () => {
  it('writes every event once, in the order of the log, with hashes that can be checked without us', async () => {
    const { path, told } = await exported('all.jsonl');
    const text = await readFile(path, 'utf8');
    expect(JSON.parse(text.slice(0, text.indexOf('\n')))).toMatchObject({ format: 'regulars-log', version: 2 });
    const events = entriesIn(text, 'event').map(storedOf);
    const rows = await bench.sql('SELECT event_id AS "eventId" FROM log.events ORDER BY xid, position');
    expect(events.map(({ eventId }) => ({ eventId }))).toEqual(rows);
    expect(told).toMatchObject({ path, events: events.length, before: 0 });
    for (const streamId of new Set(events.map((event) => event.streamId))) {
      const ofStream = events.filter((event) => event.streamId === streamId);
      expect(verifyChain(ofStream, emptyStream)).toMatchObject({ kind: 'intact' });
    }
  });

  it('writes every stored answer and every name that is held, in their order, and at the end how much that was', async () => {
    const { path, told } = await exported('all.jsonl');
    const text = await readFile(path, 'utf8');
    const withoutCheck = ({ kind: _kind, check: _check, ...entry }: Exported): object => entry;
    const commands =
      await bench.sql(`SELECT key, credential, stream_id AS stream, revision, request_hash AS "requestHash",
      status, answer FROM log.commands ORDER BY key, credential`);
    expect(entriesIn(text, 'command').map(withoutCheck)).toEqual(commands);
    const claims = await bench.sql('SELECT name, stream_id AS stream, revision FROM log.claims ORDER BY name');
    expect(entriesIn(text, 'claim').map(withoutCheck)).toEqual(claims);
    expect([commands.length > 0, claims.length > 0]).toEqual([true, true]);
    const counts = { commands: commands.length, claims: claims.length, followers: entriesIn(text, 'follower').length };
    expect(entriesIn(text, 'end').map(withoutCheck)).toEqual([{ events: entriesIn(text, 'event').length, ...counts }]);
    expect(told).toMatchObject(counts);
  });

  it('packs what is named so', async () => {
    const { path } = await exported('all.jsonl.gz');
    const plain = await readFile((await exported('plain.jsonl')).path, 'utf8');
    expect(gunzipSync(await readFile(path)).toString('utf8')).toBe(plain);
  });

  /** What a writing leaves behind that was cut off after three events, in this folder. */
  const cutOff = async (folder: string, change: (noted: Record<string, unknown>) => object = (noted) => noted) => {
    const whole = await readFile((await exported('whole.jsonl')).path, 'utf8');
    const head = whole.split('\n').slice(0, 4).join('\n');
    const rows = await bench.sql<{ xid: number; position: number }>(
      'SELECT xid::text::float8 AS xid, position::float8 AS position FROM log.events ORDER BY xid, position LIMIT 3',
    );
    const marks = entriesIn(whole, 'event').map(({ eventId, hash }) => `${String(eventId)} ${String(hash)}`);
    const counted = { bytes: Buffer.byteLength(head) + 1, events: 3, after: rows[2], check: head.slice(-34, -2) };
    const path = join(folder, 'cut.jsonl');
    await rm(path, { force: true });
    await writeFile(`${path}.part`, `${head}\n{"kind":"event",`);
    await writeFile(`${path}.part.json`, JSON.stringify(change({ ...counted, ends: [marks[0], marks[2]] })));
    return { path, whole };
  };

  it('goes on where it was cut off, to the same file as in one go', async () => {
    const { path, whole } = await cutOff(bench.folder);
    expect((await exported('cut.jsonl')).told).toMatchObject({ before: 3 });
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('begins anew where the last event was not at that place, as after a restore', async () => {
    const { path, whole } = await cutOff(bench.folder, ({ ends, ...noted }) => {
      return { ...noted, ends: [(ends as readonly string[])[0], 'another'] };
    });
    expect((await exported('cut.jsonl')).told).toMatchObject({ before: 0 });
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('is not whole where events were left out, and begins anew the next time', async () => {
    const { path, whole } = await cutOff(bench.folder, (noted) => ({ ...noted, events: 2 }));
    const { code, err } = await bench.run('export', path);
    expect([code, err]).toEqual([1, expect.stringMatching(/^The file has \d+ events, the log \d+\./)]);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    expect((await exported('cut.jsonl')).told).toMatchObject({ before: 0 });
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('never goes on with what was written of another log', async () => {
    const fresh = await Workbench.open();
    const file = await fresh.file('log.csv', purchases(manyPurchases(12, 3)));
    await fresh.run('import', file, '--format', 'csv', '--mapping', await fresh.file('map.json', mapping));
    const { path } = await cutOff(fresh.folder);
    const { code, lines } = await fresh.run('export', path, '--json');
    expect([code, lines.at(-1)]).toEqual([0, expect.objectContaining({ event: 'exported', before: 0 })]);
    await fresh.run('export', join(fresh.folder, 'whole.jsonl'));
    expect(await readFile(path, 'utf8')).toBe(await readFile(join(fresh.folder, 'whole.jsonl'), 'utf8'));
    await fresh.close();
  }, 60_000);

  it('ends with 1 where it may not write', async () => {
    const { code, err } = await bench.run('export', join(bench.folder, 'nowhere', 'log.jsonl'));
    expect(code).toBe(1);
    expect(err).toContain('ENOENT');
  });
});

describe('rebuild', () => {
  const overview = () => bench.sql('SELECT * FROM read.account_overview ORDER BY member_id');

  it('makes a damaged read model what the log adds up to', async () => {
    // An import waits for the facts of its own, not for what follows from them: those may have come too late to be shown.
    expect((await bench.run('rebuild', 'account-overview')).code).toBe(0);
    const before = await overview();
    expect(before).toHaveLength(3);
    await bench.sql('UPDATE read.account_overview SET purchases = purchases + 7');
    await bench.sql("DELETE FROM read.account_overview WHERE member_id = 'M1'");
    const { code, lines } = await bench.run('rebuild', 'account-overview', '--json');
    expect(code).toBe(0);
    expect(lines.find(({ event }) => event === 'rebuilt')).toMatchObject({
      ...{ readModels: ['account-overview'], parked: 0 },
    });
    expect(await overview()).toEqual(before);
  });

  it('of all of them leaves nothing that verify finds', async () => {
    await bench.sql('UPDATE read.account_overview SET purchases = 0');
    const { code, out } = await bench.run('rebuild');
    expect(code).toBe(0);
    expect(out).toMatch(/^Rebuilt .*account-overview.* from \d+ events in /);
    expect((await bench.run('verify')).out).toContain('no differences');
  }, 240_000);
});

describe('restore-xids', () => {
  it('has nothing to do in the cluster that the log was written in', async () => {
    const before = await bench.sql('SELECT * FROM read.checkpoints ORDER BY name');
    const { code, out } = await bench.run('restore-xids');
    expect([code, out]).toEqual([0, 'Nothing to do: every event of the log can be read.\n']);
    expect(await bench.sql('SELECT * FROM read.checkpoints ORDER BY name')).toEqual(before);
  });

  it('makes events readable whose transactions this cluster has not reached, and has followers start again', async () => {
    const [counted] = await bench.sql<{ count: number }>('SELECT count(*)::int AS count FROM log.events');
    await bench.sql(`SET session_replication_role = replica; GRANT ALL ON log.events TO CURRENT_USER;
      UPDATE log.events SET xid = (xid::text::bigint + 1000000000)::text::xid8`);
    const { code, lines } = await bench.run('restore-xids', '--json');
    expect(code).toBe(0);
    expect(lines).toEqual([{ event: 'xids-restored', events: counted?.count, checkpointsReset: true }]);
    expect(await bench.sql('SELECT name FROM read.checkpoints')).toEqual([]);
    expect((await exported('restored.jsonl')).told).toMatchObject({ events: counted?.count });
  });
});

it('interrupted while it starts, opens everything and closes it again before it ends with 130', async () => {
  const fresh = await Workbench.open();
  const silent = { write: () => undefined };
  const sinks = { out: silent, err: silent, nowMs: () => 0 };
  const env = { DATABASE_URL: fresh.database.url, REGULARS_DATA_DIR: fresh.folder };
  const code = await runProgram(['export', join(fresh.folder, 'x')], { env, sinks, signal: AbortSignal.abort() });
  const [made] = await fresh.sql(
    "SELECT to_regclass('log.events')::text AS log, to_regclass('vault.keys')::text AS keys",
  );
  expect([code, made]).toEqual([130, { log: 'log.events', keys: 'vault.keys' }]);
  await fresh.deserted();
  await fresh.close();
});
