import { Readable } from 'node:stream';
import { demoChain, endingYesterday } from './demo-chain';
import { BadRow, type TicketRow, type TicketRows } from './imported-ticket';
import { readTickets } from './testing/files';

const day = 86_400_000;
const newYork = 'America/New_York';
const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();
const daysEarlier = (date: string, days: number): string =>
  new Date(Date.parse(date) - days * day).toISOString().slice(0, 10);

it.each([0, 1, 2, 3, 4, 5, 6])('the demo chain ends yesterday, whatever weekday that is (%s)', async (offset) => {
  const now = Date.UTC(2026, 10, 18 + offset, 15);
  const dates = (await readTickets(await demoChain(now))).map(({ body }) => body.businessDate);
  const today = new Date(now).toISOString().slice(0, 10);
  expect(dates.at(-1)).toBe(daysEarlier(today, 1));
  expect(Date.parse(dates.at(-1) ?? '') - Date.parse(dates[0] ?? '')).toBeGreaterThan(345 * day);
});

it('the demo chain is a real one: households, stores, categories', async () => {
  const tickets = await readTickets(await demoChain(Date.UTC(2026, 10, 18, 15)));
  expect(new Set(tickets.map(({ body }) => body.memberId)).size).toBe(83);
  expect(new Set(tickets.map(({ body }) => body.storeId)).size).toBeGreaterThan(90);
  const lines = tickets.flatMap(({ body }) => body.lines);
  expect(lines.length).toBeGreaterThan(2_500);
  expect(lines.filter(({ category }) => category !== undefined).length).toBeGreaterThan(lines.length * 0.99);
});

describe('moving by whole weeks', () => {
  const row = (text: string, number = 1): TicketRow => ({
    ...{ row: number, memberId: 'M1', storeId: 'S1', tillId: 'T1', ticketNo: text, occurredAt: Date.parse(text) },
    line: { sku: 'x', labels: [], quantity: 1, grossMinor: 1, discountMinor: 0, taxMinor: 0 },
  });
  const source = (...rows: (TicketRow | BadRow)[]): TicketRows => ({
    ...{ name: 'log', currency: 'USD', timeZone: newYork },
    rows: () => Readable.from(rows),
  });
  const moved = async (now: string, ...rows: TicketRow[]) =>
    (await readTickets(await endingYesterday(source(...rows), Date.parse(now)))).map(({ body }) => body);

  it('keeps weekday and time of day, across changes of the clock too', async () => {
    const saturdayEvening = row('2017-07-01T22:30:00Z');
    const [ticket] = await moved('2026-11-22T12:00:00Z', saturdayEvening);
    expect(ticket?.occurredAt).toBe('2026-11-21T23:30:00.000Z');
    expect(weekday(ticket?.businessDate ?? '')).toBe(weekday('2017-07-01'));
  });

  it('leaves out what would lie after yesterday', async () => {
    const week = [24, 25, 26, 27, 28, 29, 30].map((date) => row(`2017-12-${date}T17:00:00Z`, date));
    const dates = (await moved('2026-11-21T12:00:00Z', ...week)).map(({ businessDate }) => businessDate);
    expect(dates.at(-1)).toBe('2026-11-20');
    expect(dates).toHaveLength(6);
  });

  it('passes over a weekday on which nobody bought anything last', async () => {
    const rows = [row('2017-12-18T17:00:00Z'), row('2017-12-24T17:00:00Z'), row('2017-12-31T17:00:00Z')];
    const dates = (await moved('2026-11-24T12:00:00Z', ...rows)).map(({ businessDate }) => businessDate);
    expect(dates).toEqual(['2026-11-23']);
  });

  it('passes bad rows on', async () => {
    const bad = new BadRow('log', 7, 'broken');
    const shifted = await endingYesterday(source(row('2017-12-18T17:00:00Z'), bad), Date.parse('2026-11-24T12:00:00Z'));
    await expect(readTickets(shifted)).rejects.toThrow('log, line 7: broken');
  });

  it('has nothing to move in an empty log', async () => {
    expect(await moved('2026-11-24T12:00:00Z')).toEqual([]);
  });
});
