import fc from 'fast-check';
import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { flowsAfter, imbalances, lotsOutOfBounds } from './conservation';
import { on, programme, rule, Scenario, wallet } from './testing/scenario';

type Undo = NonNullable<ProgrammeDraft['wallets'][number]['undo']>;

/** Points end 30 days after the last earning, spending or visit. */
const sliding = (undo: Undo = {}): Scenario =>
  new Scenario(
    programme({
      wallets: [
        wallet({
          expiry: { mode: 'sliding', period: 'P30D', activities: ['earn', 'spend', 'visit'] },
          payWithPoints: { perPoints: 1, amountMinor: 1 },
          undo,
        }),
      ],
      earningRules: [rule()],
    }),
  );

const endOf = (scenario: Scenario, lotId: string) =>
  scenario.settled().lots.find((lot) => lot.lotId === lotId)?.expiresAt;

/** Ten points of 1 January that end on the 31st, then a sale of 20 January that moves their end to 19 February. */
const moved = (scenario = sliding()): Scenario => {
  scenario.buy('A', 1_000);
  scenario.at('2026-01-20').buy('S', 500);
  return scenario;
};

const visit = (scenario: Scenario, day: string) =>
  scenario.tell({ type: 'RecordVisit', visitId: day, kind: 'shop', occurredAt: on(day) });

describe('a sale that comes back whole', () => {
  it('does not move the end of points any more', () => {
    const scenario = moved().at('2026-01-25');
    expect(endOf(scenario, 'A.1')).toBe(on('2026-02-19'));
    expect(scenario.giveBack('R', 'S', 500)).toContain('ExtensionWithdrawn');
    expect(scenario.last('ExtensionWithdrawn')).toEqual({
      wallet: 'points',
      returnId: 'R',
      lots: [{ lotId: 'A.1', expiresAt: on('2026-01-31') }],
    });
  });

  it('in parts does so with the last of them', () => {
    const scenario = moved().at('2026-01-25');
    expect(scenario.giveBack('R1', 'S', 300)).not.toContain('ExtensionWithdrawn');
    expect(endOf(scenario, 'A.1')).toBe(on('2026-02-19'));
    scenario.giveBack('R2', 'S', 200);
    expect(endOf(scenario, 'A.1')).toBe(on('2026-01-31'));
  });

  it('leaves points the end that something else gave them', () => {
    const scenario = moved();
    visit(scenario, '2026-01-10');
    visit(scenario.at('2026-01-22'), '2026-01-22');
    scenario.buy('U', 100);
    scenario.giveBack('R', 'U', 100);
    expect(endOf(scenario, 'A.1')).toBe(on('2026-02-21'));
  });

  it('ends points that live by it alone when it comes back, not in the past; what was spent of them stays spent', () => {
    const scenario = moved().at('2026-02-05');
    scenario.pay('p', 4);
    scenario.giveBack('R', 'S', 500);
    expect(scenario.available()).toBe(0);
    expect(endOf(scenario, 'A.1')).toBe(on('2026-02-05'));
    expect(scenario.events.at(-1)).toMatchObject({ type: 'PointsExpired', at: on('2026-02-05'), data: { points: 6 } });
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'p' })).toContain('HoldCaptured');
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
  });

  it('leaves points that something moved while they were there', () => {
    const scenario = moved();
    visit(scenario.at('2026-02-05'), '2026-02-05');
    scenario.at('2026-02-06').giveBack('R', 'S', 500);
    expect(endOf(scenario, 'A.1')).toBe(on('2026-03-07'));
  });

  it('takes its points from those that end with it, before any debt', () => {
    const scenario = moved();
    scenario.pay('p', 10);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'p' });
    scenario.at('2026-02-05').giveBack('R', 'S', 500);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 5, debt: 0, forgiven: 0 });
    expect(scenario.balance()).toMatchObject({ available: 0, debt: 0 });
  });

  it('does not count with what was spent on it either, and that has its days of grace', () => {
    const scenario = sliding({ expiredSlices: 'grace', grace: 'P5D' });
    scenario.buy('A', 1_000);
    scenario.at('2026-01-20').pay('p', 4);
    scenario.buy('S', 500, { redemptionIds: ['p'] });
    scenario.at('2026-02-05').giveBack('R', 'S', 500);
    expect(scenario.available()).toBe(4);
    expect(scenario.at('2026-02-10').available()).toBe(0);
  });

  it('that was told before its return or after it: all ends are the same', () => {
    const early = moved().at('2026-01-25');
    early.giveBack('R', 'S', 500);
    const late = sliding();
    late.buy('A', 1_000);
    late.at('2026-01-25').giveBack('R', 'S', 500, true);
    late.buy('S', 500, { occurredAt: on('2026-01-20') });
    expect([endOf(early, 'A.1'), endOf(late, 'A.1')]).toEqual([on('2026-01-31'), on('2026-01-31')]);
    expect(late.balance()).toEqual(early.balance());
    for (const scenario of [early, late]) {
      scenario.buy('B', 700, { occurredAt: on('2026-01-05') });
      expect(endOf(scenario, 'B.1')).toBe(on('2026-02-04'));
    }
  });
});

describe('a late sale whose points are over, and that has come back before', () => {
  it('leaves no debt for points that were never there', () => {
    const scenario = sliding().at('2026-02-20');
    scenario.giveBack('R', 'S', 500, true);
    scenario.buy('S', 500, { occurredAt: on('2026-01-21') });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
  });
});

describe('whatever is bought, spent and brought back where ends slide', () => {
  const buy = (scenario: Scenario, id: string, daysLate: number) =>
    scenario.buy(id, 1_000, { occurredAt: scenario.now - daysLate * 24 * 3_600_000 });
  const acts = {
    buy: (scenario: Scenario, id: string) => buy(scenario, id, 0),
    late: buy,
    giveBack: (scenario: Scenario, id: string, pick: number) => {
      const sale = scenario.account.sales[pick % Math.max(1, scenario.account.sales.length)];
      return sale && scenario.giveBack(id, sale.purchaseId, 1_000);
    },
    hold: (scenario: Scenario, id: string) => scenario.pay(id, 7),
    spend: (scenario: Scenario, id: string) => {
      scenario.pay(id, 7);
      return scenario.tell({ type: 'CaptureHold', redemptionId: id });
    },
    visit: (scenario: Scenario, id: string) =>
      scenario.tell({ type: 'RecordVisit', visitId: id, kind: 'shop', occurredAt: scenario.now }),
    sweep: () => undefined,
  };
  const step = fc.record({
    act: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
    hours: fc.constantFrom(0, 30, 200, 500),
    pick: fc.nat(20),
  });

  const live = (
    steps: readonly { act: keyof typeof acts; hours: number; pick: number }[],
    sweeps: boolean,
  ): Scenario => {
    const scenario = sliding({ expiredSlices: 'grace', grace: 'P5D' });
    steps.forEach(({ act, hours, pick }, index) => {
      scenario.now += hours * 3_600_000;
      acts[act](scenario, `${act}${index}`, pick);
      if (act === 'sweep' && sweeps) scenario.tell({ type: 'SettleAccount' });
    });
    return scenario;
  };

  it('everything adds up, and no sweeper changes a balance or an end', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const [swept, without] = [live(steps, true), live(steps, false)];
        const ends = ({ account }: Scenario) => account.lots.map(({ lotId, expiresAt }) => [lotId, expiresAt]);
        expect(swept.balance()).toEqual(without.balance());
        expect(ends(swept)).toEqual(ends(without));
        expect(imbalances(swept.account, swept.events.reduce(flowsAfter, {}))).toEqual([]);
        expect(lotsOutOfBounds(swept.account, swept.now)).toEqual([]);
      }),
      { numRuns: 100 },
    ));
});
