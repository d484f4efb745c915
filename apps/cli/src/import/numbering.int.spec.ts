import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mapping, purchases, type Bought } from '../testing/purchases';
import { Workbench } from '../testing/workbench';

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench.close());

const bought = (nth: number, at = `2026-01-0${nth} 10:00`): Bought => ({
  ...{ member: `M${nth % 2}`, ticket: '', at, price: `${nth}.00` },
});
const bad = bought(9, 'yesterday');
const three = [bought(1), bought(2), bought(3)];

const { columns, ...rest } = JSON.parse(mapping) as { columns: Record<string, unknown> };
const { ticketNo: _, ...withoutNumber } = columns;
const noNumbers = JSON.stringify({ ...rest, columns: withoutNumber });

const importing = async (rows: readonly Bought[], name = 'log.csv') => {
  const path = join(bench.folder, name);
  await writeFile(path, name.endsWith('.gz') ? gzipSync(purchases(rows)) : purchases(rows));
  const map = await bench.file('map.json', noNumbers);
  const argv = ['import', path, '--format', 'csv', '--mapping', map, '--on-error', 'skip', '--json'];
  const { code, err, lines } = await bench.run(...argv);
  return { code, err, report: lines.find(({ event }) => event === 'imported') };
};

const ticketNumbers = async (): Promise<readonly string[]> => {
  const rows = await bench.sql<{ no: string }>(
    `SELECT data::jsonb -> 'ticket' ->> 'ticketNo' AS no FROM log.events WHERE type = 'PurchaseRecorded' ORDER BY no`,
  );
  return rows.map(({ no }) => no);
};

it('the same file packed is the same file, either way round', async () => {
  expect((await importing(three)).report).toMatchObject({ booked: 3 });
  expect((await importing(three, 'log.csv.gz')).report).toMatchObject({ booked: 0, before: 3 });
  expect((await importing([...three, bought(4)], 'log.csv.gz')).report).toMatchObject({ booked: 1, known: 3 });
  expect((await importing([...three, bought(4)])).report).toMatchObject({ booked: 0, before: 4 });
  expect(await ticketNumbers()).toEqual([2, 3, 4, 5].map((line) => `log.csv:${line}`));
});

it('a line that was taken away ends the import before anything is booked', async () => {
  expect((await importing([bad, ...three])).report).toMatchObject({ booked: 3, left: 1 });
  const again = await importing(three);
  expect(again.code).toBe(1);
  expect(again.err).toContain('log.csv has no ticket numbers');
  expect(again.err).toContain('first 5 lines');
  expect(await ticketNumbers()).toEqual(['log.csv:3', 'log.csv:4', 'log.csv:5']);
});

it('a line that was left out may be mended in its place, and others appended', async () => {
  await importing([bought(1), bad, bought(3)]);
  expect((await importing([...three, bought(4)])).report).toMatchObject({ booked: 2, known: 2, left: 0 });
  expect(await ticketNumbers()).toEqual([2, 3, 4, 5].map((line) => `log.csv:${line}`));
});

it('another file of the same name is not taken for it', async () => {
  await importing(three);
  expect((await importing([bought(4), bought(5)])).code).toBe(1);
  expect((await importing([bought(4), bought(5)], 'other.csv')).report).toMatchObject({ booked: 2 });
});

describe('what an earlier version imported', () => {
  /** As it was before notes were kept: a packed file's numbers began with its whole name. */
  const earlier = async (rows: readonly Bought[], name = 'log.csv'): Promise<void> => {
    await bench.run('held');
    await importing([], 'empty.csv');
    const note = { numberedAs: name, lines: 0, leftOut: [], digest: createHash('sha256').digest('hex') };
    await bench.sql('INSERT INTO imports.notes (file, note) VALUES ($1, $2)', ['log.csv', JSON.stringify(note)]);
    await importing(rows, name);
    await bench.sql(`UPDATE imports.runs SET settings = settings - 'numbers'`);
    await bench.sql('DELETE FROM imports.notes');
  };

  it.each(['log.csv', 'log.csv.gz'])('%s is known again, and may be appended to from then on', async (name) => {
    await earlier(three, name);
    expect(await ticketNumbers()).toEqual([2, 3, 4].map((line) => `${name}:${line}`));
    expect((await importing(three, name)).report).toMatchObject({ booked: 0, before: 3 });
    expect((await importing([...three, bought(4)])).report).toMatchObject({ booked: 1, known: 3 });
    expect((await importing([...three, bought(4)], 'log.csv.gz')).report).toMatchObject({ booked: 0, before: 4 });
    expect(await ticketNumbers()).toEqual([2, 3, 4, 5].map((line) => `${name}:${line}`));
  });

  it('is not booked again when its lines may have moved', async () => {
    await earlier([bad, ...three]);
    const again = await importing(three);
    expect(again.code).toBe(1);
    expect(again.err).toContain('an earlier version of this program imported other content under this name');
    expect(await ticketNumbers()).toHaveLength(3);
  });
});
