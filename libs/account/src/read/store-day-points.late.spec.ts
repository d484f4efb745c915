import fc from 'fast-check';
import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import type { AccountCommand } from '../domain/account.commands';
import { bookDayOf } from '../domain/book-day';
import { programme, Scenario, wallet } from '../domain/testing/scenario';
import { factsOf } from '../testing/account.facts';
import { storeDayPoints } from './store-day-points.projection';

const HOUR = 3_600_000;

const rules = programme({
  wallets: [
    wallet({
      pending: { mode: 'after', period: 'P2D' },
      expiry: { mode: 'after', period: 'P20D' },
      payWithPoints: { perPoints: 1, amountMinor: 1 },
    }),
    wallet({ code: 'dollars' }),
  ],
  conversions: [
    { id: 'swap', from: { wallet: 'points', units: 70 }, to: { wallet: 'dollars', units: 1 }, mode: 'automatic' },
  ],
});

/** What each command said of the day of its facts. */
class Booked extends Scenario {
  readonly days: string[] = [];

  override tell(command: AccountCommand) {
    const from = this.events.length;
    const result = super.tell(command);
    for (const event of this.events.slice(from)) this.days.push(bookDayOf(event, command, this));
    return result;
  }
}

type Step = readonly [act: 'sell' | 'hold' | 'giveBack' | 'adjust' | 'settle', hours: number, amount: number];

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom('sell' as const, 'hold' as const, 'giveBack' as const, 'adjust' as const, 'settle' as const),
    fc.integer({ min: 0, max: 240 }),
    fc.integer({ min: 1, max: 60 }),
  ),
  { maxLength: 20 },
);

const lived = (course: readonly Step[]): Booked => {
  const scenario = new Booked(rules);
  course.forEach(([act, hours, amount], index) => {
    scenario.now += hours * HOUR;
    const open = scenario.account.holds.find(({ status, until }) => status === 'held' && until > scenario.now);
    // Tickets come in up to sixty times as many hours late as they are dollars worth, with the redemption that is open.
    const occurredAt = scenario.now - amount * (hours % 3) * HOUR;
    const businessDate = new Date(occurredAt).toISOString().slice(0, 10);
    const redemptionIds = open === undefined ? [] : [open.redemptionId];
    if (act === 'sell') scenario.buy(`P${index}`, amount * 100, { businessDate, occurredAt, redemptionIds });
    if (act === 'hold') scenario.pay(`X${index}`, 'max', amount);
    if (act === 'adjust') scenario.adjust(-amount);
    if (act === 'settle') scenario.tell({ type: 'SettleAccount' });
    const sale = scenario.account.sales[amount % Math.max(1, scenario.account.sales.length)];
    if (act === 'giveBack' && sale !== undefined) scenario.giveBack(`R${index}`, sale.purchaseId, amount * 50);
  });
  return scenario;
};

it('no day of the books closes with less than nothing, however late tickets are', () =>
  fc.assert(
    fc.property(steps, (course) => {
      const scenario = lived(course);
      const facts = factsOf(scenario).map((fact, index) => ({
        ...fact,
        meta: { businessDate: scenario.days[index] ?? '' },
      }));
      const rows = [...rowsAfter(storeDayPoints, facts).values()].sort((a, b) => (a.day < b.day ? -1 : 1));
      for (const code of ['points', 'dollars']) {
        let closing = 0;
        for (const { wallet: of, day, issued, spent, expired, reversed, adjusted, converted } of rows) {
          if (of === code) closing += issued - spent - expired - reversed + adjusted + converted;
          expect({ day, closing }).toEqual({ day, closing: Math.max(0, closing) });
        }
      }
    }),
    { numRuns: 200 },
  ));
