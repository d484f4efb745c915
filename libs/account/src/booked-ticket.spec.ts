import fc from 'fast-check';
import { Problem } from '#libs/platform/http/problem';
import { ticketOf, type SentLine, type SentTicket } from './booked-ticket';

const line = (changes: Partial<SentLine> = {}): SentLine => ({
  lineNo: 1,
  sku: 'A',
  labels: [],
  quantity: 2,
  unitPriceMinor: 350,
  discountMinor: 0,
  taxMinor: 0,
  ...changes,
});

const sent = (changes: Partial<SentTicket> = {}): SentTicket => ({
  memberId: 'M1',
  storeId: 'S1',
  tillId: 'T1',
  ticketNo: '1',
  businessDate: '2026-03-01',
  occurredAt: 0,
  currency: 'AUD',
  lines: [line()],
  ticketDiscountMinor: 0,
  tenders: [{ kind: 'card', amountMinor: 700 }],
  redemptionIds: [],
  voucherCodes: [],
  ...changes,
});

const pathsOf = (ticket: SentTicket): readonly string[] => {
  try {
    ticketOf(ticket);
    return [];
  } catch (error) {
    return error instanceof Problem ? (error.extras.errors ?? []).map(({ path }) => path) : ['another error'];
  }
};

describe('the ticket that a body stands for', () => {
  it('has the gross of each line, and nothing that does not belong', () =>
    expect(ticketOf(sent())).toEqual({
      storeId: 'S1',
      tillId: 'T1',
      ticketNo: '1',
      businessDate: '2026-03-01',
      occurredAt: 0,
      currency: 'AUD',
      lines: [{ lineNo: 1, sku: 'A', labels: [], quantity: 2, grossMinor: 700, discountMinor: 0, taxMinor: 0 }],
      ticketDiscountMinor: 0,
      tenders: [{ kind: 'card', amountMinor: 700 }],
      redemptionIds: [],
      voucherCodes: [],
    }));

  it('keeps what is said beyond that', () => {
    const ticket = ticketOf(
      sent({ cashierId: 'C1', channel: 'web', lines: [line({ category: 'oil', brand: 'X', labels: ['a=b'] })] }),
    );
    expect(ticket).toMatchObject({ cashierId: 'C1', channel: 'web', lines: [{ category: 'oil', brand: 'X' }] });
    expect(ticketOf(sent({ cashierId: 'C1' }), 'C2').cashierId).toBe('C2');
  });

  it('takes a whole price as it is, whatever the quantity', () => {
    const { unitPriceMinor: _, ...whole } = line({ grossMinor: 701 });
    expect(ticketOf(sent({ lines: [whole], tenders: [{ kind: 'cash', amountMinor: 701 }] })).lines[0]).toMatchObject({
      quantity: 2,
      grossMinor: 701,
    });
  });

  it('names everything that is wrong at once', () => {
    const { unitPriceMinor: _, ...free } = line({ lineNo: 1 });
    const wrong = sent({
      lines: [line({ discountMinor: 701 }), free, line({ lineNo: 3, grossMinor: 1 })],
      ticketDiscountMinor: 5_000,
    });
    expect(pathsOf(wrong)).toEqual([
      'lines[0].discountMinor',
      'lines[1].grossMinor',
      'lines[2].grossMinor',
      'lines[1].lineNo',
      'ticketDiscountMinor',
      'tenders',
    ]);
  });

  it('of absurd amounts is none', () => {
    expect(pathsOf(sent({ lines: [line({ unitPriceMinor: 10 ** 12 })] }))).toContain('lines[0].unitPriceMinor');
    const many = [1, 2].map((lineNo) => line({ lineNo, quantity: 1, unitPriceMinor: 10 ** 12 }));
    expect(pathsOf(sent({ lines: many }))).toContain('lines');
  });

  const money = fc.nat(100_000);
  const tickets = fc.record({
    lines: fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 9 }), unit: money, off: fc.nat(100) }), {
      minLength: 1,
    }),
    off: fc.nat(100),
    wrong: fc.integer({ min: -3, max: 3 }),
  });

  it('is taken exactly when its tenders add up', () =>
    fc.assert(
      fc.property(tickets, ({ lines, off, wrong }) => {
        const sold = lines.map(({ quantity, unit, off: percent }, index) =>
          line({
            lineNo: index + 1,
            quantity,
            unitPriceMinor: unit,
            discountMinor: Math.floor((quantity * unit * percent) / 100),
          }),
        );
        const worth = sold.reduce(
          (sum, each) => sum + (each.unitPriceMinor ?? 0) * each.quantity - each.discountMinor,
          0,
        );
        const ticketDiscountMinor = Math.floor((worth * off) / 100);
        const tenders = [{ kind: 'cash' as const, amountMinor: worth - ticketDiscountMinor + wrong }];
        expect(pathsOf(sent({ lines: sold, ticketDiscountMinor, tenders }))).toEqual(wrong === 0 ? [] : ['tenders']);
      }),
    ));
});
