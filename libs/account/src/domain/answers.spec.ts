import { rulebooksOf } from '#libs/programme/src/contract';
import { purchaseAnswer, resultOf, returnAnswer } from './answers';
import { line, programme, rule, Scenario, wallet } from './testing/scenario';
import { contextOf, told } from './testing/told';

const tiers = {
  metric: 'netSpend',
  window: { kind: 'lifetime' as const },
  levels: [
    { code: 'member', min: 0 },
    { code: 'gold', min: 50_000 },
  ],
};

const none = { pending: 0, held: 0, debt: 0 };

describe('a purchase answers', () => {
  it('each rule that gave, with its lot, shares and multipliers', () => {
    const scenario = new Scenario(
      programme({
        wallets: [wallet({ expiry: { mode: 'after', period: 'P1M' } })],
        earningRules: [
          rule(),
          rule({
            id: 'double',
            phase: 'multiply',
            when: { lines: { skus: ['SKU2'] } },
            award: { kind: 'multiplier', num: 2, den: 1 },
          }),
          rule({
            id: 'hundred',
            phase: 'bonus',
            when: { minTicketMinor: 10_000 },
            award: { kind: 'fixed', points: 1 },
          }),
        ],
      }),
    );
    const step = told(scenario, (each) => each.buy('P1', [line(1, 1_000), line(2, 500)]));
    expect(purchaseAnswer(step, contextOf(scenario), 'P1')).toEqual({
      purchaseId: 'P1',
      duplicate: false,
      earned: [
        {
          wallet: 'points',
          points: 20,
          rule: 'base',
          programmeVersion: 1,
          activeFrom: '2026-01-01T00:00:00.000Z',
          expiresAt: '2026-02-01T00:00:00.000Z',
          lotId: 'P1.1',
          lines: [
            { lineNo: 1, points: 10 },
            { lineNo: 2, points: 10 },
          ],
          multipliers: [{ rule: 'double', num: 2, den: 1 }],
        },
      ],
      notEarned: [{ rule: 'hundred', because: 'minTicketMinor' }],
      wallets: [{ code: 'points', available: 20, ...none }],
      tier: null,
    });
  });

  it('null for what has no instant', () => {
    const scenario = new Scenario(programme({ wallets: [wallet({ pending: { mode: 'onAction' } })] }));
    const step = told(scenario, (each) => each.buy('P1', 1_000));
    expect(resultOf(step, contextOf(scenario), 'P1')).toMatchObject({
      earned: [{ activeFrom: null, expiresAt: null }],
      wallets: [{ code: 'points', available: 0, ...none, pending: 10 }],
    });
  });

  it('the tier it reaches, from which, and what is missing to the next', () => {
    const scenario = new Scenario(programme({ tiers }));
    const first = told(scenario, (each) => each.buy('P1', 20_000));
    expect(resultOf(first, contextOf(scenario), 'P1').tier).toEqual({ code: 'member', changed: false, toNext: 30_000 });
    const second = told(scenario, (each) => each.buy('P2', 30_000));
    expect(resultOf(second, contextOf(scenario), 'P2').tier).toEqual({
      code: 'gold',
      changed: true,
      from: 'member',
      since: '2026-01-01T00:00:00.000Z',
    });
  });

  it('a tier that time had ended before the ticket is not changed by the ticket', () => {
    const yearly = { ...tiers, window: { kind: 'calendar' as const, unit: 'year' as const } };
    const scenario = new Scenario(programme({ tiers: yearly }));
    scenario.buy('P1', 60_000);
    const step = told(scenario.at('2029-06-01'), (each) => each.buy('P2', 100));
    expect(step.events.map(({ type }) => type)).toContain('TierLost');
    expect(resultOf(step, contextOf(scenario), 'P2').tier).toMatchObject({ code: 'member', changed: false });
  });

  it('why nothing is earned without a programme', () => {
    const scenario = new Scenario(rulebooksOf([]));
    const step = told(scenario, (each) => each.buy('P1', 1_000));
    expect(resultOf(step, contextOf(scenario), 'P1')).toEqual({
      earned: [],
      notEarned: [{ because: 'no-programme' }],
      wallets: [],
      tier: null,
    });
  });

  it('only its own points, when a parked return is booked along with it', () => {
    const scenario = new Scenario();
    scenario.giveBack('R1', 'P1', 400, true);
    const step = told(scenario, (each) => each.buy('P1', 1_000));
    expect(resultOf(step, contextOf(scenario), 'P1')).toMatchObject({
      earned: [{ points: 10 }],
      wallets: [{ available: 6 }],
    });
  });
});

describe('a return answers', () => {
  it('what was taken, wallet by wallet and lot by lot', () => {
    const scenario = new Scenario();
    scenario.buy('P1', 1_000);
    const step = told(scenario, (each) => each.giveBack('R1', 'P1', 400));
    expect(returnAnswer(step, contextOf(scenario), 'R1')).toEqual({
      returnId: 'R1',
      duplicate: false,
      reversed: [
        { wallet: 'points', points: 4, forgiven: 0, fromExpired: 0, debt: 0, lots: [{ lotId: 'P1.1', points: 4 }] },
      ],
      debtIncurred: 0,
      reinstated: [],
      wallets: [{ code: 'points', available: 6, ...none }],
      tier: null,
    });
  });

  it('debt when the points are gone, and what the reach forgives', () => {
    const spentWithReach = (reach: 'unlimited' | 'withinBalance'): Scenario => {
      const scenario = new Scenario(programme({ wallets: [wallet({ returns: { points: 'proportional', reach } })] }));
      scenario.buy('P1', 1_000);
      scenario.adjust(-10);
      return scenario;
    };
    const unlimited = spentWithReach('unlimited');
    const taken = told(unlimited, (each) => each.giveBack('R1', 'P1', 1_000));
    expect(returnAnswer(taken, contextOf(unlimited), 'R1')).toMatchObject({
      reversed: [{ points: 10, forgiven: 0, debt: 10, lots: [] }],
      debtIncurred: 10,
      wallets: [{ code: 'points', available: 0, pending: 0, held: 0, debt: 10 }],
    });
    const within = spentWithReach('withinBalance');
    const forgiven = told(within, (each) => each.giveBack('R1', 'P1', 1_000));
    expect(returnAnswer(forgiven, contextOf(within), 'R1')).toMatchObject({
      reversed: [{ points: 0, forgiven: 10, debt: 0 }],
      debtIncurred: 0,
    });
  });

  it('what the ticket had spent and gets back', () => {
    const pay = { perPoints: 1, amountMinor: 1, minPoints: 1, stepPoints: 1 };
    const scenario = new Scenario(programme({ wallets: [wallet({ payWithPoints: pay })] }));
    scenario.adjust(500, 'gift');
    scenario.pay('X1', 200, 1_000);
    scenario.buy('P1', 1_000, { redemptionIds: ['X1'] });
    const step = told(scenario, (each) => each.giveBack('R1', 'P1', 1_000));
    expect(returnAnswer(step, contextOf(scenario), 'R1').reinstated).toEqual([
      { redemptionId: 'X1', wallet: 'points', points: 200, lots: [{ lotId: 'gift', points: 200 }] },
    ]);
  });
});
