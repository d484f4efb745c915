import fc from 'fast-check';
import { entryOf, statementOf } from './statement';
import { courses, lived } from './testing/course';
import { line, programme, Scenario, wallet } from './testing/scenario';
import { notedIn } from './testing/told';

const rules = programme({
  wallets: [
    wallet({ expiry: { mode: 'after', period: 'P2M' }, payWithPoints: { perPoints: 1, amountMinor: 1 } }),
    wallet({ code: 'dollars' }),
  ],
  conversions: [{ id: 'swap', from: { wallet: 'points', units: 5 }, to: { wallet: 'dollars', units: 1 } }],
});

const entries = (scenario: Scenario) => statementOf(notedIn(scenario), scenario.account).map(({ entry }) => entry);

const kinds = (scenario: Scenario) => entries(scenario).map(({ kind, points }) => [kind, points]);

describe('a statement', () => {
  it('tells what came and went, newest first', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 2_000);
    scenario.adjust(30, 'A1');
    scenario.adjust(-5);
    scenario.pay('X1', 10);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    scenario.tell({ type: 'UndoRedemption', redemptionId: 'X1', points: 4 });
    scenario.tell({ type: 'ConvertPoints', requestId: 'C1', conversionId: 'swap', times: 2 });
    scenario.giveBack('R1', 'P1', 500);
    scenario.tell({
      type: 'BookAward',
      awardId: 'W1',
      wallet: 'points',
      points: 7,
      cause: { kind: 'goodwill', reference: 'C9' },
    });
    scenario.at('2026-04-01').tell({ type: 'SettleAccount' });
    const told = kinds(scenario);
    expect(told.slice(-9)).toEqual([
      ['awarded', 7],
      ['returned', -5],
      ['converted', 2],
      ['converted', -10],
      ['given-back', 4],
      ['spent', -10],
      ['adjusted', -5],
      ['adjusted', 30],
      ['earned', 20],
    ]);
    expect(new Set(told.slice(0, -9).map(([kind]) => kind))).toEqual(new Set(['expired']));
  });

  it('names what each belongs to, and where', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 2_000);
    scenario.pay('X1', 10);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    expect(entries(scenario)).toEqual([
      { at: '2026-01-01T00:00:00.000Z', kind: 'spent', wallet: 'points', points: -10, reference: 'X1', storeId: 'S1' },
      {
        at: '2026-01-01T00:00:00.000Z',
        kind: 'earned',
        wallet: 'points',
        points: 20,
        reference: 'P1',
        rule: 'base',
        lotId: 'P1.1',
        storeId: 'S1',
      },
    ]);
  });

  it('shows debt apart from points', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 2_000);
    scenario.adjust(-15);
    scenario.giveBack('R1', 'P1', 2_000);
    scenario.buy('P2', 1_200);
    expect(entries(scenario).map(({ kind, points, debt = 0 }) => [kind, points, debt])).toEqual([
      ['debt-repaid', -12, -12],
      ['earned', 12, 0],
      ['debt-incurred', 0, 15],
      ['returned', -5, 0],
      ['adjusted', -15, 0],
      ['earned', 20, 0],
    ]);
  });

  it('says what a return did not take', () => {
    const within = programme({ wallets: [wallet({ returns: { points: 'proportional', reach: 'withinBalance' } })] });
    const scenario = new Scenario(within);
    scenario.buy('P1', 1_000);
    scenario.adjust(-10);
    scenario.giveBack('R1', 'P1', 1_000);
    expect(entries(scenario)[0]).toMatchObject({ kind: 'returned', forgiven: 10, storeId: 'S1' });
  });

  it('says nothing of facts that move no points', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', [line(1, 10)]);
    scenario.adjust(20, 'A1');
    scenario.pay('X1', 10);
    scenario.tell({ type: 'VoidHold', redemptionId: 'X1' });
    expect(kinds(scenario)).toEqual([['adjusted', 20]]);
  });

  it('adds up to what the lots hold, whatever happens', () =>
    fc.assert(
      fc.property(courses, (course) => {
        const { events, account } = lived(new Scenario(rules), course);
        for (const code of ['points', 'dollars']) {
          const stated = events
            .flatMap((event) => entryOf(event, account) ?? [])
            .filter(({ wallet: own }) => own === code);
          const lots = account.lots.filter((lot) => lot.wallet === code);
          const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
          expect(sum(stated.map(({ points }) => points))).toBe(sum(lots.map(({ remaining }) => remaining)));
          expect(sum(stated.map(({ debt = 0 }) => debt))).toBe(account.debts[code] ?? 0);
        }
      }),
      { numRuns: 60 },
    ));
});
