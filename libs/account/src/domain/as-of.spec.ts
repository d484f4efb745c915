import type { Instant } from '#libs/platform/kernel/instant';
import { accountAt } from './as-of';
import { balanceOf } from './lots';
import { tierOf } from './overview';
import { on, programme, Scenario, wallet } from './testing/scenario';
import { contextOf, notedIn } from './testing/told';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P6M' }, payWithPoints: { perPoints: 1, amountMinor: 1 } })],
  tiers: {
    metric: 'netSpend',
    window: { kind: 'rolling', period: 'P12M' },
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 2_000 },
    ],
  },
});

/** A scenario whose facts are noted with the instant at which they were told. */
class Course extends Scenario {
  private readonly recorded: Instant[] = [];

  note(): this {
    while (this.recorded.length < this.events.length) this.recorded.push(this.now);
    return this;
  }

  then(text: string): this {
    this.note();
    return this.at(text);
  }

  seen(asOf: string, knownAt = '2100-01-01') {
    this.note();
    const facts = notedIn(this, (index) => this.recorded[index]);
    const { account } = accountAt('M1', facts, contextOf(this), { asOf: on(asOf), knownAt: on(knownAt) });
    const { available, pending, debt } = balanceOf(account, 'points', on(asOf));
    return {
      available,
      pending,
      debt,
      sales: account.sales.length,
      tier: tierOf(account, contextOf(this), on(asOf))?.code,
    };
  }
}

describe('an account at another moment', () => {
  it('is what had happened by then', () => {
    const course = new Course(rules).then('2026-01-10');
    course.buy('P1', 1_000);
    course.then('2026-02-10').buy('P2', 1_500);
    course.then('2026-03-10').pay('X1', 5);
    course.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    expect(course.seen('2026-01-01')).toMatchObject({ available: 0, sales: 0, tier: 'member' });
    expect(course.seen('2026-01-31')).toMatchObject({ available: 10, sales: 1, tier: 'member' });
    expect(course.seen('2026-02-28')).toMatchObject({ available: 25, sales: 2, tier: 'gold' });
    expect(course.seen('2026-03-31')).toMatchObject({ available: 20, sales: 2, tier: 'gold' });
  });

  it('lets time pass up to the instant, recorded or not', () => {
    const course = new Course(rules).then('2026-01-10');
    course.buy('P1', 1_000);
    expect(course.seen('2026-07-09')).toMatchObject({ available: 10 });
    expect(course.seen('2026-07-10')).toMatchObject({ available: 0 });
    course.then('2026-09-01').tell({ type: 'SettleAccount' });
    expect(course.seen('2026-07-09')).toMatchObject({ available: 10 });
  });

  it('truly was with the ticket that arrived late, but was not known with it', () => {
    const course = new Course(rules).then('2026-01-20');
    course.buy('P1', 1_000, { occurredAt: on('2026-01-05') });
    expect(course.seen('2026-01-10')).toMatchObject({ available: 10, sales: 1 });
    expect(course.seen('2026-01-10', '2026-01-19')).toMatchObject({ available: 0, sales: 0 });
    expect(course.seen('2026-01-04')).toMatchObject({ available: 0, sales: 0 });
  });

  it('had the tier that a late ticket turned out to have brought', () => {
    const course = new Course(rules).then('2026-01-10');
    course.buy('P1', 1_500);
    course.then('2026-01-20').buy('P2', 100);
    course.then('2026-01-25').buy('P3', 500, { occurredAt: on('2026-01-12') });
    expect(course.seen('2026-01-11').tier).toBe('member');
    expect(course.seen('2026-01-15').tier).toBe('gold');
    expect(course.seen('2026-01-15', '2026-01-24').tier).toBe('member');
    expect(course.seen('2026-01-26').tier).toBe('gold');
  });

  it('had not yet given back what came back later', () => {
    const course = new Course(rules).then('2026-01-10');
    course.buy('P1', 3_000);
    course.then('2026-02-10').giveBack('R1', 'P1', 3_000);
    expect(course.seen('2026-02-09')).toMatchObject({ available: 30, tier: 'gold' });
    expect(course.seen('2026-02-11')).toMatchObject({ available: 0, debt: 0 });
  });

  it('now is the fold itself', () => {
    const course = new Course(rules).then('2026-01-10');
    course.buy('P1', 3_000);
    course.then('2026-02-10').adjust(-7);
    course.note();
    const facts = notedIn(course);
    const moment = { asOf: course.now, knownAt: course.now };
    expect(accountAt('M1', facts, contextOf(course), moment).account).toEqual(course.settled());
  });

  it('has points waiting until they were activated, though they were over by then', () => {
    const waiting = wallet({
      pending: { mode: 'onAction' },
      expiry: { mode: 'after', period: 'P15D', from: 'earning' },
    });
    const course = new Course(programme({ wallets: [waiting] })).then('2026-01-10');
    course.buy('P1', 1_000);
    course.then('2026-03-01').tell({ type: 'ActivatePoints', wallet: 'points' });
    expect(course.events.map(({ type, at }) => [type, at]).slice(-2)).toEqual([
      ['PointsActivated', on('2026-03-01')],
      ['PointsExpired', on('2026-03-01')],
    ]);
    expect(course.seen('2026-02-01')).toMatchObject({ available: 0, pending: 10 });
    expect(course.seen('2026-03-01')).toMatchObject({ available: 0, pending: 0 });
  });
});
