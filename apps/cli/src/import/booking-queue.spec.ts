import fc from 'fast-check';
import { BookingQueue } from './booking-queue';
import type { Booking } from './desk';
import type { ImportedTicket } from './imported-ticket';

const booked: Booking = { kind: 'booked' };
const turn = (): Promise<void> => new Promise(setImmediate);

const ticketOf = (number: number, memberId: string): ImportedTicket => ({
  position: `2026-03-01T00:00:00.000Z|${String(number).padStart(4, '0')}`,
  row: number + 2,
  body: {
    ...{ memberId, storeId: 'S1', tillId: 'T1', ticketNo: String(number), businessDate: '2026-03-01' },
    ...{ occurredAt: '2026-03-01T00:00:00.000Z', currency: 'AUD', lines: [], ticketDiscountMinor: 0 },
    ...{ tenders: [{ kind: 'card', amountMinor: 0 }], redemptionIds: [], voucherCodes: [] },
  },
});

/** A desk whose bookings end when a test says so. */
const desk = (atOnce = 100, counts: (ticket: ImportedTicket) => boolean = () => true) => {
  const begun: string[] = [];
  const told: string[] = [];
  const open = new Map<string, { readonly end: () => void; readonly fail: (error: Error) => void }>();
  const queue = new BookingQueue({
    atOnce,
    book: ({ body: { ticketNo } }) => {
      begun.push(ticketNo);
      return new Promise((resolve, reject) => open.set(ticketNo, { end: () => resolve(booked), fail: reject }));
    },
    onBooking: (ticket) => {
      told.push(ticket.body.ticketNo);
      return counts(ticket);
    },
  });
  const end = async (number: number): Promise<void> => {
    open.get(String(number))?.end();
    await turn();
  };
  const fail = async (number: number): Promise<void> => {
    open.get(String(number))?.fail(new Error(`ticket ${number} broke`));
    await turn();
  };
  return { queue, begun, told, end, fail };
};

describe('order', () => {
  it('books tickets of different members at the same time', async () => {
    const { queue, begun } = desk();
    await queue.add(ticketOf(1, 'A'));
    await queue.add(ticketOf(2, 'B'));
    expect(begun).toEqual(['1', '2']);
  });

  it('begins a member’s next ticket only when the one before is booked', async () => {
    const { queue, begun, end } = desk();
    for (const number of [1, 2, 3]) await queue.add(ticketOf(number, 'A'));
    expect(begun).toEqual(['1']);
    await end(1);
    expect(begun).toEqual(['1', '2']);
    await end(2);
    expect(begun).toEqual(['1', '2', '3']);
  });

  it('takes a member up again after all their tickets were booked', async () => {
    const { queue, told, end } = desk();
    await queue.add(ticketOf(1, 'A'));
    await end(1);
    await queue.add(ticketOf(2, 'A'));
    await end(2);
    await queue.drain();
    expect(told).toEqual(['1', '2']);
  });
});

describe('room', () => {
  it('is waited for when as much is under way as may be', async () => {
    const { queue, end } = desk(2);
    let taken = 0;
    const adding = (async () => {
      for (const number of [1, 2, 3]) {
        await queue.add(ticketOf(number, `M${number}`));
        taken = number;
      }
    })();
    await turn();
    expect(taken).toBe(1);
    await end(1);
    expect(taken).toBe(2);
    await end(2);
    await adding;
    expect(taken).toBe(3);
  });
});

describe('the place that was reached', () => {
  it('is nowhere before the first ticket', () => expect(desk().queue.reached).toEqual({ position: '', tickets: 0 }));

  it('waits at the first gap, and then goes past all that was booked meanwhile', async () => {
    const { queue, end } = desk();
    const tickets = [1, 2, 3, 4].map((number) => ticketOf(number, `M${number}`));
    for (const ticket of tickets) await queue.add(ticket);
    await end(2);
    await end(3);
    expect(queue.reached).toEqual({ position: '', tickets: 0 });
    await end(1);
    expect(queue.reached).toEqual({ position: tickets[2]?.position, tickets: 3 });
    await end(4);
    expect(queue.reached).toEqual({ position: tickets[3]?.position, tickets: 4 });
  });

  it('never passes a ticket that a later run is to come back to', async () => {
    const { queue, told, end } = desk(100, ({ body }) => body.ticketNo !== '2');
    for (const number of [1, 2, 3]) await queue.add(ticketOf(number, `M${number}`));
    for (const number of [1, 2, 3]) await end(number);
    await queue.drain();
    expect(told).toEqual(['1', '2', '3']);
    expect(queue.reached).toMatchObject({ position: ticketOf(1, '').position, tickets: 1 });
  });
});

describe('a booking that fails', () => {
  it('lets nothing more begin, and is thrown to whoever adds or drains', async () => {
    const { queue, begun, fail } = desk();
    for (const number of [1, 2]) await queue.add(ticketOf(number, 'A'));
    await fail(1);
    await expect(queue.add(ticketOf(3, 'B'))).rejects.toThrow('ticket 1 broke');
    await expect(queue.drain()).rejects.toThrow('ticket 1 broke');
    expect(begun).toEqual(['1']);
    expect(queue.reached.tickets).toBe(0);
  });

  it('lets what is under way come to its end, which counts', async () => {
    const { queue, told, end, fail } = desk();
    for (const number of [1, 2]) await queue.add(ticketOf(number, `M${number}`));
    await fail(2);
    await end(1);
    await expect(queue.drain()).rejects.toThrow('ticket 2 broke');
    expect(told).toEqual(['1']);
    expect(queue.reached).toEqual({ position: ticketOf(1, '').position, tickets: 1 });
  });

  it('is the first of several', async () => {
    const { queue, fail } = desk();
    for (const number of [1, 2]) await queue.add(ticketOf(number, `M${number}`));
    await fail(2);
    await fail(1);
    await expect(queue.drain()).rejects.toThrow('ticket 2 broke');
  });

  it('may also be a failure to note what was booked', async () => {
    const queue = new BookingQueue({
      atOnce: 4,
      book: () => Promise.resolve(booked),
      onBooking: () => {
        throw new Error('the disk is full');
      },
    });
    await queue.add(ticketOf(1, 'A')).catch(() => undefined);
    await expect(queue.drain()).rejects.toThrow('the disk is full');
  });
});

it('whoever buys what, however long each booking takes: each once, in the member’s order, and all are reached', async () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ member: fc.nat(4), turns: fc.nat(5) }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      async (drawn, atOnce) => {
        const ends: ImportedTicket[] = [];
        let underWay = 0;
        let most = 0;
        const queue = new BookingQueue({
          atOnce,
          book: async ({ row }) => {
            most = Math.max(most, (underWay += 1));
            for (let left = drawn[row - 2]?.turns ?? 0; left > 0; left -= 1) await turn();
            underWay -= 1;
            return booked;
          },
          onBooking: (ticket) => ends.push(ticket) > 0,
        });
        const tickets = drawn.map(({ member }, number) => ticketOf(number, `M${member}`));
        for (const ticket of tickets) await queue.add(ticket);
        await queue.drain();
        expect(most).toBeLessThanOrEqual(atOnce);
        for (const member of ['M0', 'M1', 'M2', 'M3', 'M4']) {
          const ofMember = ({ body }: ImportedTicket): boolean => body.memberId === member;
          expect(ends.filter(ofMember)).toEqual(tickets.filter(ofMember));
        }
        expect(queue.reached).toEqual({ position: tickets.at(-1)?.position, tickets: tickets.length });
      },
    ),
    { numRuns: 40 },
  ));
