import { Readable } from 'node:stream';
import fc from 'fast-check';
import { TemporaryFiles } from '../temporary-files';
import { BadRow, type ImportedTicket, type TicketRow, type TicketRows } from './imported-ticket';
import { openPurchaseLog } from './purchase-log';
import { readTickets } from './testing/files';

const minute = 60_000;
const noon = Date.UTC(2026, 2, 1, 12);
const rowOf = (row: number, parts: Partial<TicketRow> = {}): TicketRow => ({
  ...{ row, memberId: 'M1', storeId: 'S1', tillId: 'T1', ticketNo: String(row), occurredAt: noon },
  line: { sku: `sku-${row}`, labels: [], quantity: 1, grossMinor: 100, discountMinor: 0, taxMinor: 0 },
  ...parts,
});
const source = (rows: readonly (TicketRow | BadRow)[]): TicketRows => ({
  ...{ name: 'log.csv', currency: 'AUD', timeZone: 'Australia/Melbourne' },
  rows: () => Readable.from(rows),
});
const numbers = (tickets: readonly ImportedTicket[]): string[] => tickets.map(({ body }) => body.ticketNo);

it('counts and lists before the first ticket is asked for', async () => {
  const rows = [rowOf(1, { ticketNo: 'A' }), rowOf(2, { storeId: 'S0' }), rowOf(3, { ticketNo: 'A' })];
  const log = await openPurchaseLog(source(rows));
  expect(log).toMatchObject({ ticketCount: 2, lineCount: 3, storeIds: ['S0', 'S1'], currency: 'AUD', name: 'log.csv' });
  await log.close();
});

it('gives tickets in the order of time, at the same instant by store, till and number', async () => {
  const rows = [
    rowOf(1, { occurredAt: noon + minute }),
    rowOf(2, { storeId: 'S2' }),
    rowOf(3, { tillId: 'T2' }),
    rowOf(4),
    rowOf(5, { occurredAt: noon - minute }),
  ];
  expect(numbers(await readTickets(source(rows)))).toEqual(['5', '4', '3', '2', '1']);
});

it('goes on right after a position, as often as wanted', async () => {
  const rows = [3, 1, 2, 5, 4].map((row) => rowOf(row, { occurredAt: noon + row * minute }));
  const all = await readTickets(source(rows));
  expect(numbers(all)).toEqual(['1', '2', '3', '4', '5']);
  for (const [index, { position }] of all.entries())
    expect(await readTickets(source(rows), { after: position, rowsInMemory: 2 })).toEqual(all.slice(index + 1));
});

it('the same rows in any order and any memory are the same tickets', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ minutes: fc.nat(50), ticket: fc.nat(8), store: fc.nat(2) }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 30 }),
      fc.infiniteStream(fc.nat(1000)),
      async (drawn, rowsInMemory, chance) => {
        const rows = drawn.map(({ minutes, ticket, store }, index) =>
          rowOf(index + 1, { occurredAt: noon + minutes * minute, ticketNo: `${ticket}`, storeId: `S${store}` }),
        );
        const shuffled = rows.map((row) => ({ row, at: chance.next().value })).sort((a, b) => a.at - b.at);
        const tickets = await readTickets(source(rows));
        expect(tickets.flatMap(({ body }) => body.lines)).toHaveLength(rows.length);
        expect(await readTickets(source(shuffled.map(({ row }) => row)), { rowsInMemory })).toEqual(tickets);
      },
    ),
    { numRuns: 40 },
  ));

describe('a bad row', () => {
  const bad = new BadRow('log.csv', 2, 'sku is missing');

  it('stops the reading', async () => {
    await expect(openPurchaseLog(source([rowOf(1), bad]))).rejects.toThrow('log.csv, line 2: sku is missing');
  });

  it('is left out and told when asked to', async () => {
    const told: string[] = [];
    const tickets = await readTickets(source([rowOf(1), bad, rowOf(3)]), {
      onBadRow: ({ message }) => told.push(message),
    });
    expect(numbers(tickets)).toEqual(['1', '3']);
    expect(told).toEqual(['log.csv, line 2: sku is missing']);
  });

  it('is one that claims a ticket for another member', async () => {
    const rows = [rowOf(1, { ticketNo: 'A' }), rowOf(2, { ticketNo: 'A', memberId: 'M2' })];
    await expect(openPurchaseLog(source(rows))).rejects.toThrow('line 2: ticket A belongs to member M1, not M2');
  });
});

it('a ticket that no till could send is a bad row, where it begins', async () => {
  const rows = Array.from({ length: 501 }, (_, index) => rowOf(index + 2, { ticketNo: 'A' }));
  await expect(openPurchaseLog(source(rows))).rejects.toThrow('log.csv, line 2: ticket A: lines: Too big');
  const told: BadRow[] = [];
  const tickets = await readTickets(source([...rows, rowOf(600)]), { onBadRow: (problem) => told.push(problem) });
  expect(numbers(tickets)).toEqual(['600']);
  expect(told).toMatchObject([{ row: 2 }]);
});

it('is not read any further once it is enough', async () => {
  const abort = new AbortController();
  let read = 0;
  const rows = Array.from({ length: 20 }, (_, index) => rowOf(index + 1));
  const counted = async function* (): AsyncGenerator<TicketRow> {
    for await (const row of Readable.from(rows)) {
      if ((read += 1) === 5) abort.abort(new Error('enough'));
      yield row as TicketRow;
    }
  };
  const opening = openPurchaseLog({ ...source([]), rows: counted }, { signal: abort.signal });
  await expect(opening).rejects.toThrow('enough');
  expect(read).toBe(5);
});

it('keeps its files while it is open, and closes them whether it is closed or fails', async () => {
  const rows = Array.from({ length: 20 }, (_, index) => rowOf(index + 1));
  const log = await openPurchaseLog(source(rows), { rowsInMemory: 2 });
  await log.close();
  const tickets = log.tickets()[Symbol.asyncIterator]();
  await expect(tickets.next()).rejects.toThrow('file closed');
  const closed = jest.spyOn(TemporaryFiles.prototype, 'close');
  await expect(openPurchaseLog(source([...rows, new BadRow('f', 1, 'x')]), { rowsInMemory: 2 })).rejects.toThrow();
  expect(closed).toHaveBeenCalledTimes(1);
  closed.mockRestore();
});
