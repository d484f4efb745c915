import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { line, programme, rule, Scenario, wallet } from './testing/scenario';

type Returns = NonNullable<ProgrammeDraft['wallets'][number]['returns']>;

const under = (returns: Returns, draft: Partial<ProgrammeDraft> = {}): Scenario =>
  new Scenario(programme({ wallets: [wallet({ returns })], ...draft }));

const reversedTotal = (scenario: Scenario): number =>
  scenario.events.reduce((sum, event) => {
    return event.type === 'PointsReversed' ? sum + event.data.points + event.data.forgiven : sum;
  }, 0);

const units = (...lines: [number, number][]) => ({
  kind: 'lines' as const,
  lines: lines.map(([lineNo, quantity]) => ({ lineNo, quantity })),
});

describe('how much a return takes back', () => {
  it('is the share of what came back, when proportional (1000 earned on 200, 100 back: 500)', () => {
    const scenario = under(
      { points: 'proportional', reach: 'unlimited' },
      { earningRules: [rule({ award: { kind: 'perAmount', points: 5, perMinor: 100 } })] },
    );
    scenario.buy('T', 20_000);
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 500, forgiven: 0 });
  });

  it('follows the lines, when by line', () => {
    const scenario = under({ points: 'line', reach: 'unlimited' });
    scenario.buy('T', [line(1, 1_000, { quantity: 2 }), line(2, 9_000)]);
    scenario.giveBack('R', 'T', units([1, 1]));
    expect(scenario.last('PointsReversed').points).toBe(5);
    scenario.giveBack('R2', 'T', units([2, 1]));
    expect(scenario.last('PointsReversed').points).toBe(90);
  });

  it('is what the rules no longer give for what is kept, when re-evaluated', () => {
    const bonus = rule({
      id: 'fifty',
      phase: 'bonus',
      when: { minTicketMinor: 10_000 },
      award: { kind: 'fixed', points: 50 },
    });
    const scenario = under({ points: 'reevaluate', reach: 'unlimited' }, { earningRules: [rule(), bonus] });
    scenario.buy('T', 12_000);
    expect(scenario.available()).toBe(170);
    scenario.giveBack('R', 'T', 1_000);
    expect(scenario.available()).toBe(160);
    scenario.giveBack('R2', 'T', 2_000);
    expect(scenario.available()).toBe(90);
  });

  it.each(['proportional', 'line', 'reevaluate'] as const)(
    'is the same in ten steps of $1 as in one of $10 (%s)',
    (points) => {
      const small = under({ points, reach: 'unlimited' });
      small.buy('T', [line(1, 333), line(2, 1_334)]);
      for (let step = 0; step < 10; step += 1) small.giveBack(`R${step}`, 'T', 100);
      const large = under({ points, reach: 'unlimited' });
      large.buy('T', [line(1, 333), line(2, 1_334)]);
      large.giveBack('R', 'T', 1_000);
      expect(reversedTotal(small)).toBe(reversedTotal(large));
      expect(small.available()).toBe(large.available());
    },
  );

  it('is everything once nothing is kept, by units or by money', () => {
    const scenario = under({ points: 'reevaluate', reach: 'unlimited' });
    scenario.buy('A', [line(1, 999, { quantity: 3 }), line(2, 1)]);
    scenario.giveBack('RA', 'A', units([1, 3], [2, 1]));
    scenario.buy('B', [line(1, 999, { quantity: 3 }), line(2, 1)]);
    scenario.giveBack('RB', 'B', 1_000);
    expect(scenario.available()).toBe(0);
    expect(scenario.account.lots.map((lot) => lot.points - lot.reversed)).toEqual([0, 0]);
  });

  it('goes by units when the ticket was worth nothing', () => {
    const scenario = under(
      { points: 'proportional', reach: 'unlimited' },
      { earningRules: [rule({ award: { kind: 'fixed', points: 10 } })] },
    );
    scenario.buy('T', [line(1, 0, { quantity: 4 })]);
    scenario.giveBack('R', 'T', units([1, 1]));
    expect(scenario.last('PointsReversed').points).toBe(2);
    scenario.giveBack('R2', 'T', units([1, 3]));
    expect(scenario.available()).toBe(0);
  });

  it('shares a discount on the ticket over its lines', () => {
    const scenario = under({ points: 'reevaluate', reach: 'unlimited' });
    scenario.buy('T', [line(1, 6_000), line(2, 4_000)], { ticketDiscountMinor: 1_000 });
    expect(scenario.available()).toBe(90);
    scenario.giveBack('R', 'T', units([2, 1]));
    expect(scenario.last('PurchaseReturned').lines).toEqual([
      { lineNo: 2, quantity: 1, amountMinor: 3_600, spreadMinor: 0 },
    ]);
    expect(scenario.available()).toBe(54);
  });
});

describe('what a return is refused for', () => {
  const sold = (): Scenario => {
    const scenario = new Scenario();
    scenario.buy('T', [line(1, 1_000, { quantity: 2 })]);
    return scenario;
  };

  it('a sale that is not known', () => expect(sold().giveBack('R', 'X', 100)).toBe('purchase-not-found'));
  it('a line that is not there', () => expect(sold().giveBack('R', 'T', units([9, 1]))).toBe('line-not-found'));
  it('more units than are left', () => {
    const scenario = sold();
    scenario.giveBack('R', 'T', units([1, 1]));
    expect(scenario.giveBack('R2', 'T', units([1, 2]))).toBe('already-returned');
  });
  it('more money than is left', () => {
    const scenario = sold();
    scenario.giveBack('R', 'T', 600);
    expect(scenario.giveBack('R2', 'T', 401)).toBe('already-returned');
  });
  it('a return of a return', () => {
    const scenario = sold();
    scenario.giveBack('R', 'T', 600);
    expect(scenario.giveBack('R2', 'R', 100)).toBe('not-a-sale');
  });
  it('another return under the same number; the same one is booked already', () => {
    const scenario = sold();
    scenario.giveBack('R', 'T', 600);
    expect(scenario.giveBack('R', 'T', 600)).toEqual([]);
    expect(scenario.giveBack('R', 'T', 500)).toBe('ticket-differs');
  });
});

describe('where the points are taken from', () => {
  const bought = (reach: NonNullable<Returns['reach']>, pending = false): Scenario => {
    const scenario = new Scenario(
      programme({
        wallets: [
          wallet({
            returns: { points: 'proportional', reach },
            expiry: { mode: 'after', period: 'P1M', from: 'earning' },
            ...(pending ? { pending: { mode: 'after' as const, period: 'P14D' } } : {}),
          }),
        ],
      }),
    );
    scenario.buy('T', 10_000);
    return scenario;
  };

  it('pending points of the sale first', () => {
    const scenario = bought('onlyPending', true);
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, forgiven: 0 });
    expect(scenario.balance().pending).toBe(0);
  });

  it('forgives what is no longer pending, when only pending points are in reach', () => {
    const scenario = bought('onlyPending');
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 0, forgiven: 100 });
    expect(scenario.available()).toBe(100);
  });

  it('other active points next, and forgives the rest, within the balance', () => {
    const scenario = bought('withinBalance');
    scenario.adjust(30);
    scenario.adjust(-110);
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 20, forgiven: 80, debt: 0 });
    expect(scenario.balance()).toMatchObject({ available: 0, debt: 0 });
  });

  it('debt at last, when the reach has no limit; new points repay it first, and nothing is spent meanwhile', () => {
    const scenario = bought('unlimited');
    scenario.adjust(-70);
    expect(scenario.giveBack('R', 'T', 10_000)).toEqual(['PurchaseReturned', 'PointsReversed', 'DebtIncurred']);
    expect(scenario.balance()).toMatchObject({ available: 0, debt: 70 });
    expect(scenario.adjust(-1)).toBe('in-debt');
    expect(scenario.buy('U', 10_000)).toEqual(['PurchaseRecorded', 'PointsEarned', 'DebtRepaid']);
    expect(scenario.balance()).toMatchObject({ available: 30, debt: 0 });
  });

  it('does not take expired points twice', () => {
    const scenario = bought('unlimited');
    scenario.adjust(-40);
    scenario.at('2026-03-01');
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, fromExpired: 60, debt: 40, slices: [] });
  });

  it('leaves held points alone', () => {
    const scenario = new Scenario(
      programme({
        wallets: [
          wallet({
            returns: { points: 'proportional', reach: 'unlimited' },
            payWithPoints: { perPoints: 1, amountMinor: 1 },
          }),
        ],
      }),
    );
    scenario.buy('T', 10_000);
    scenario.pay('p1', 60);
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, debt: 60 });
    scenario.tell({ type: 'VoidHold', redemptionId: 'p1' });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
  });
});
