import { fingerprinted } from './fingerprint';
import { BadRow, type TicketRow, type TicketRows } from './imported-ticket';

const rowOf = (row: number, changes: Partial<TicketRow> = {}): TicketRow => ({
  ...{ row, memberId: 'M1', storeId: 'S1', tillId: 'T1', ticketNo: String(row), occurredAt: 1_700_000_000_000 },
  line: { sku: 'OIL', labels: [], quantity: 1, grossMinor: 700, discountMinor: 0, taxMinor: 0 },
  ...changes,
});

const sourceOf = (rows: readonly (TicketRow | BadRow)[], head: Partial<Omit<TicketRows, 'rows'>> = {}): TicketRows => ({
  ...{ name: 'log.csv', currency: 'AUD', timeZone: 'Australia/Melbourne' },
  ...head,
  async *rows() {
    for (const row of rows) yield await Promise.resolve(row);
  },
});

const fingerprintOf = async (source: TicketRows): Promise<string> => {
  const counted = fingerprinted(source, source.name);
  for await (const _ of counted.rows());
  return counted.fingerprint();
};

const rows = [rowOf(2), rowOf(3), new BadRow('log.csv', 4, 'sku is missing')];

it('gives every row as it is, bad ones included', async () => {
  const seen: unknown[] = [];
  for await (const row of fingerprinted(sourceOf(rows), 'log.csv').rows()) seen.push(row);
  expect(seen).toEqual(rows);
});

it('is SHA-256 in hexadecimal, and the same for the same content', async () => {
  expect(await fingerprintOf(sourceOf(rows))).toMatch(/^[0-9a-f]{64}$/);
  expect(await fingerprintOf(sourceOf(rows))).toBe(await fingerprintOf(sourceOf([...rows])));
});

it.each<[string, TicketRows]>([
  ['the file’s name', sourceOf(rows, { name: 'other.csv' })],
  ['the currency', sourceOf(rows, { currency: 'NZD' })],
  ['the zone', sourceOf(rows, { timeZone: 'UTC' })],
  ['an amount', sourceOf(rows.with(0, rowOf(2, { line: { ...rowOf(2).line, grossMinor: 701 } })))],
  ['a member', sourceOf(rows.with(1, rowOf(3, { memberId: 'M2' })))],
  ['the order of rows', sourceOf([rowOf(3), rowOf(2), ...rows.slice(2)])],
  ['one row less', sourceOf(rows.slice(1))],
  ['what is wrong with a row', sourceOf(rows.with(2, new BadRow('log.csv', 4, 'gross is missing')))],
  ['where a bad row stands', sourceOf(rows.with(2, new BadRow('log.csv', 5, 'sku is missing')))],
])('tells apart by %s', async (_, other) =>
  expect(await fingerprintOf(other)).not.toBe(await fingerprintOf(sourceOf(rows))),
);

it('is none before everything was read', async () => {
  const counted = fingerprinted(sourceOf(rows), 'log.csv');
  expect(counted.fingerprint()).toBe('');
  const reading = counted.rows()[Symbol.asyncIterator]();
  await reading.next();
  expect(counted.fingerprint()).toBe('');
});

it('of a reading that was broken off stays that of the last whole one', async () => {
  const counted = fingerprinted(sourceOf(rows), 'log.csv');
  for await (const _ of counted.rows());
  const whole = counted.fingerprint();
  for await (const _ of counted.rows()) break;
  expect(counted.fingerprint()).toBe(whole);
});

it('counts anew at every reading', async () => {
  const counted = fingerprinted(sourceOf(rows), 'log.csv');
  for await (const _ of counted.rows());
  const first = counted.fingerprint();
  for await (const _ of counted.rows());
  expect(counted.fingerprint()).toBe(first);
});
