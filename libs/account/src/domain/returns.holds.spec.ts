import fc from 'fast-check';
import { flowsAfter, imbalances } from './conservation';
import { programme, Scenario, wallet } from './testing/scenario';

type Reach = 'onlyPending' | 'withinBalance' | 'unlimited';
const reaches = ['onlyPending', 'withinBalance', 'unlimited'] as const;

/** Points that all end at once, and holds that can last longer than they do. */
const under = (reach: Reach, holdTtl = 'P60D'): Scenario =>
  new Scenario(
    programme({
      holdTtl,
      wallets: [
        wallet({
          expiry: { mode: 'after', period: 'P1M' },
          returns: { points: 'proportional', reach },
          payWithPoints: { perPoints: 1, amountMinor: 1 },
        }),
      ],
    }),
  );

describe('a return told while points are on hold', () => {
  it('owes them, and they pay as soon as the hold is given up', () => {
    const scenario = under('withinBalance');
    scenario.buy('T', 10_000);
    scenario.pay('p', 100);
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({
      ...{ points: 100, forgiven: 0, debt: 100, slices: [] },
      waiting: [{ lotId: 'T.1', points: 100 }],
    });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 100, debt: 100 });
    expect(scenario.tell({ type: 'VoidHold', redemptionId: 'p' })).toEqual(['HoldVoided', 'DebtRepaid']);
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
  });

  it('the same once the hold lapses, whenever anyone looks', () => {
    const scenario = under('withinBalance', 'PT15M');
    scenario.buy('T', 10_000);
    scenario.pay('p', 100);
    scenario.giveBack('R', 'T', 10_000);
    scenario.now += 15 * 60_000;
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
  });

  it('they stay owed when they are spent after all; what was spent before the return is forgiven', () => {
    const owing = under('withinBalance');
    owing.buy('T', 10_000);
    owing.pay('spent', 30);
    owing.tell({ type: 'CaptureHold', redemptionId: 'spent' });
    owing.pay('p', 50);
    owing.giveBack('R', 'T', 10_000);
    expect(owing.last('PointsReversed')).toMatchObject({ points: 70, forgiven: 30, debt: 50 });
    owing.tell({ type: 'CaptureHold', redemptionId: 'p', points: 40 });
    expect(owing.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 40 });
  });

  it('other points on hold are owed as well', () => {
    const scenario = under('withinBalance');
    scenario.buy('T', 10_000);
    scenario.pay('spent', 100);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'spent' });
    scenario.adjust(60, 'gift');
    scenario.pay('p', 40);
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({
      ...{ points: 60, forgiven: 40, debt: 40, slices: [{ lotId: 'gift', points: 20 }] },
      waiting: [{ lotId: 'gift', points: 40 }],
    });
  });
});

describe('a hold that is given up', () => {
  const amount = fc.integer({ min: 1, max: 60 });
  const life = fc.record({
    earned: fc.array(amount, { minLength: 1, maxLength: 3 }),
    gift: fc.integer({ min: 0, max: 60 }),
    spent: fc.integer({ min: 0, max: 60 }),
    held: fc.array(amount, { minLength: 1, maxLength: 2 }),
    back: fc.array(fc.tuple(fc.nat({ max: 2 }), amount), { minLength: 1, maxLength: 3 }),
    days: fc.constantFrom(0, 1, 40),
  });

  it.each(reaches)('leaves what there would have been without it (%s)', (reach) => {
    const lived = (
      { earned, gift, spent, held, back, days }: typeof life extends fc.Arbitrary<infer T> ? T : never,
      holds: boolean,
    ): Scenario => {
      const scenario = under(reach);
      earned.forEach((points, index) => scenario.buy(`T${index}`, points * 100));
      if (gift > 0) scenario.adjust(gift, 'gift');
      if (typeof scenario.pay('spent', spent) !== 'string')
        scenario.tell({ type: 'CaptureHold', redemptionId: 'spent' });
      held.forEach((points, index) => holds && scenario.pay(`p${index}`, points));
      back.forEach(([sale, points], index) => scenario.giveBack(`R${index}`, `T${sale}`, points * 100));
      scenario.now += days * 24 * 3_600_000;
      held.forEach((_, index) => scenario.tell({ type: 'VoidHold', redemptionId: `p${index}` }));
      expect(imbalances(scenario.account, scenario.events.reduce(flowsAfter, {}))).toEqual([]);
      return scenario;
    };
    fc.assert(
      fc.property(life, (drawn) => expect(lived(drawn, true).balance()).toEqual(lived(drawn, false).balance())),
      { numRuns: 100 },
    );
  });
});
