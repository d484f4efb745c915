import type { AccountCommand } from './account.commands';
import type { AccountEvent } from './account.events';
import { bookDayOf } from './book-day';
import { on, programme, Scenario, wallet } from './testing/scenario';

const rulebooks = programme({
  timeZone: 'Australia/Melbourne',
  wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 1 } }), wallet({ code: 'dollars' })],
  conversions: [
    { id: 'swap', from: { wallet: 'points', units: 100 }, to: { wallet: 'dollars', units: 1 }, mode: 'automatic' },
  ],
});
const perth = { storeId: 'S1', timeZone: 'Australia/Perth' };

/** An account that notes the book day of each of its facts. */
class Booked extends Scenario {
  readonly days: string[] = [];

  override tell(command: AccountCommand) {
    const [from, store] = [this.events.length, this.context.store];
    const result = super.tell(command);
    const circumstances = { rulebooks: this.rulebooks, ...(store === undefined ? {} : { store }) };
    for (const event of this.events.slice(from)) this.days.push(bookDayOf(event, command, circumstances));
    return result;
  }

  daysOf(type: AccountEvent['type']): readonly string[] {
    return this.days.filter((_, index) => this.events[index]?.type === type);
  }
}

const booked = () => new Booked(rulebooks, { store: perth });

describe('the day of the books', () => {
  it("of a sale and what it earns is its ticket's, of what it spends the one on which it was recorded", () => {
    const scenario = booked().at('2026-03-10T04:00Z');
    scenario.buy('P1', 9_000, { businessDate: '2026-03-10' });
    scenario.pay('X1', 50);
    const late = { businessDate: '2026-03-05', occurredAt: on('2026-03-05T04:00Z'), redemptionIds: ['X1'] };
    scenario.at('2026-03-10T17:00Z').buy('P2', 1_000, late);
    expect(scenario.daysOf('PurchaseRecorded')).toEqual(['2026-03-10', '2026-03-05']);
    expect(scenario.daysOf('PointsEarned')).toEqual(['2026-03-10', '2026-03-05']);
    expect(scenario.daysOf('HoldCaptured')).toEqual(['2026-03-11']);
  });

  it('of what a return takes is the one on which it was recorded', () => {
    const scenario = booked().at('2026-03-10T04:00Z');
    scenario.buy('P1', 9_000, { businessDate: '2026-03-10' });
    scenario.giveBack('R1', 'P1', 500);
    expect(scenario.daysOf('PurchaseReturned')).toEqual(['2026-01-01']);
    expect(scenario.daysOf('PointsReversed')).toEqual(['2026-03-10']);
  });

  it("of what time alone brings about is its own in the programme's zone, whoever states it and when", () => {
    const dayWhen = (state: (scenario: Booked) => void): readonly string[] => {
      const rules = programme({
        timeZone: 'Australia/Melbourne',
        wallets: [wallet({ expiry: { mode: 'fixedDay', monthDay: '03-31' } })],
      });
      const scenario = new Booked(rules, { store: perth }).at('2026-03-10T04:00Z');
      scenario.buy('P1', 1_000);
      state(scenario.at('2026-04-20T04:00Z'));
      return scenario.daysOf('PointsExpired');
    };
    expect(dayWhen((scenario) => scenario.tell({ type: 'SettleAccount' }))).toEqual(['2026-04-01']);
    expect(dayWhen((scenario) => scenario.buy('P2', 500, { businessDate: '2026-04-20' }))).toEqual(['2026-04-01']);
    const late = { businessDate: '2026-03-31', occurredAt: on('2026-03-31T04:00Z') };
    expect(dayWhen((scenario) => scenario.buy('P2', 0, late))).toEqual(['2026-04-01']);
  });

  it('of what follows from a sale is not before that of the sale', () => {
    const scenario = booked().at('2026-03-10T04:00Z');
    scenario.buy('P1', 10_000, { businessDate: '2026-03-11' });
    expect(scenario.daysOf('PointsConverted')).toEqual(['2026-03-11']);
    expect(scenario.daysOf('PointsEarned')).toEqual(['2026-03-11', '2026-03-11']);
  });
});
