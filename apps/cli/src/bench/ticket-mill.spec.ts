import { freshKey, TicketMill } from './ticket-mill';

const till = { storeId: 'S1', tillId: 'T1' };
const now = new Date('2026-03-01T05:00:00Z');

it('makes tickets of three lines whose tender is their sum', () => {
  const ticket = new TicketMill(10).next(till, now);
  expect(ticket).toMatchObject({ ...till, ticketNo: 'N1', businessDate: '2026-03-01', currency: 'AUD' });
  expect(ticket.lines.map(({ lineNo }) => lineNo)).toEqual([1, 2, 3]);
  expect(ticket.tenders[0].amountMinor).toBe(ticket.lines.reduce((sum, line) => sum + line.grossMinor, 0));
});

it('knows what its members must have', () => {
  const mill = new TicketMill(3);
  const earned = new Map<string, number>();
  for (let made = 0; made < 30; made += 1) {
    const ticket = mill.next(till, now);
    const points = Math.floor(ticket.tenders[0].amountMinor / 100);
    expect(TicketMill.pointsFor(ticket)).toBe(points);
    earned.set(ticket.memberId, (earned.get(ticket.memberId) ?? 0) + points);
  }
  for (const memberId of ['M0', 'M1', 'M2']) expect(mill.pointsOf(memberId)).toBe(200 + (earned.get(memberId) ?? 0));
  expect(mill.points).toBe(600 + [...earned.values()].reduce((sum, each) => sum + each, 0));
  expect(mill.count).toBe(30);
});

it('stays below a first purchase that would earn a bonus', () => {
  const mill = new TicketMill(1_000);
  for (let made = 0; made < 2_000; made += 1) expect(mill.next(till, now).tenders[0].amountMinor).toBeLessThan(2_000);
});

it('says when somebody has risen in tier', () => {
  const mill = new TicketMill(1);
  for (let made = 0; made < 25; made += 1) mill.next(till, now);
  expect(mill.isPlain).toBe(true);
  for (let made = 0; made < 60; made += 1) mill.next(till, now);
  expect(mill.isPlain).toBe(false);
});

it('never gives a key twice', () => expect(freshKey()).not.toBe(freshKey()));
