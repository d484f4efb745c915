import { explanationOf, lotView } from './explanation';
import { settledFacts } from './overview';
import { line, on, programme, rule, Scenario, wallet } from './testing/scenario';
import { contextOf } from './testing/told';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P2M' }, payWithPoints: { perPoints: 1, amountMinor: 1 } })],
  earningRules: [
    rule({ limits: [{ id: 'daily', per: 'day', points: 25 }] }),
    rule({
      id: 'double',
      phase: 'multiply',
      when: { lines: { skus: ['SKU2'] } },
      award: { kind: 'multiplier', num: 2, den: 1 },
    }),
    rule({ id: 'visit', phase: 'bonus', when: { on: ['visit'] }, award: { kind: 'fixed', points: 3 } }),
  ],
});

const explain = (scenario: Scenario, lotId: string) => {
  const context = contextOf(scenario);
  const { account, due } = settledFacts(scenario.account, context, scenario.now);
  return explanationOf([...scenario.events, ...due], account, context, { lotId, at: scenario.now });
};

describe('why these points', () => {
  it('tells rule, version, occasion, inputs, shares, multipliers and clips', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', [line(1, 1_000), line(2, 1_000)]);
    expect(explain(scenario, 'P1.1')).toMatchObject({
      lotId: 'P1.1',
      points: 25,
      remaining: 25,
      state: 'active',
      rule: 'base',
      programmeVersion: 1,
      name: { en: 'Base', zh: '基础' },
      phase: 'base',
      award: { kind: 'perAmount', points: 1, perMinor: 100 },
      occasion: { kind: 'purchase', id: 'P1', at: '2026-01-01T00:00:00.000Z', storeId: 'S1', tillId: 'T1' },
      standing: { firstPurchase: true, visits: 0, joinedAt: '2026-01-01T00:00:00.000Z' },
      notEarned: [{ rule: 'visit', because: 'on' }],
      multipliers: [{ rule: 'double', num: 2, den: 1, points: 10 }],
      clips: [{ rule: 'base', limitId: 'daily', wouldBe: 30, given: 25 }],
      history: [],
    });
    const { inputs, lines } = explain(scenario, 'P1.1') as { inputs: object; lines: { points: number }[] };
    expect(Object.values(inputs)).toContain(2_000);
    expect(lines.reduce((sum, share) => sum + share.points, 0)).toBe(25);
  });

  it('tells what became of them', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 2_000);
    scenario.pay('X1', 8);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    scenario.at('2026-01-05').tell({ type: 'UndoRedemption', redemptionId: 'X1', points: 3 });
    scenario.at('2026-01-06').adjust(-2);
    scenario.at('2026-01-07').giveBack('R1', 'P1', 500);
    scenario.at('2026-03-01');
    expect(explain(scenario, 'P1.1')).toMatchObject({
      remaining: 0,
      state: 'expired',
      reversed: 5,
      expired: 8,
      history: [
        { at: '2026-01-01T00:00:00.000Z', kind: 'spent', points: -8, reference: 'X1' },
        { at: '2026-01-05T00:00:00.000Z', kind: 'given-back', points: 3, reference: 'X1' },
        { at: '2026-01-06T00:00:00.000Z', kind: 'adjusted', points: -2, reference: 'test' },
        { at: '2026-01-07T00:00:00.000Z', kind: 'returned', points: -5, reference: 'R1' },
        { at: '2026-03-01T00:00:00.000Z', kind: 'expired', points: -8, reference: 'P1.1' },
      ],
    });
  });

  it('tells when the end of sliding points moved', () => {
    const sliding = programme({
      wallets: [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn'] } })],
    });
    const scenario = new Scenario(sliding);
    scenario.buy('P1', 1_000);
    scenario.at('2026-01-10').buy('P2', 100);
    scenario.giveBack('R1', 'P2', 100);
    expect(explain(scenario, 'P1.1')).toMatchObject({
      history: [
        { kind: 'expiry-extended', points: 0, expiresAt: '2026-02-10T00:00:00.000Z' },
        { kind: 'extension-withdrawn', points: 0, expiresAt: '2026-02-01T00:00:00.000Z' },
      ],
    });
  });

  it('tells of visits, and of points that no rule gave', () => {
    const scenario = new Scenario(rules);
    scenario.tell({ type: 'RecordVisit', visitId: 'V1', occurredAt: scenario.now, kind: 'shop' });
    scenario.adjust(10, 'A1');
    expect(explain(scenario, 'V1.1')).toMatchObject({ rule: 'visit', occasion: { kind: 'visit', id: 'V1' } });
    expect(explain(scenario, 'A1')).toMatchObject({ cause: { kind: 'adjustment', reason: 'test' }, history: [] });
    expect(explain(scenario, 'A1')).not.toHaveProperty('rule');
  });

  it('of a lot that is none tells nothing', () => expect(explain(new Scenario(rules), 'none')).toBeUndefined());
});

describe('a lot in the list', () => {
  it('shows what it is and where it stands', () => {
    const scenario = new Scenario(programme({ wallets: [wallet({ pending: { mode: 'after', period: 'P10D' } })] }));
    scenario.buy('P1', 1_000);
    const lot = scenario.account.lots[0]!;
    expect(lotView(lot, on('2026-01-01'))).toEqual({
      lotId: 'P1.1',
      wallet: 'points',
      points: 10,
      remaining: 10,
      cause: { kind: 'rule', rule: 'base', programmeVersion: 1 },
      state: 'pending',
      issuingStore: 'S1',
      occurredAt: '2026-01-01T00:00:00.000Z',
      activeFrom: '2026-01-11T00:00:00.000Z',
      expiresAt: null,
    });
    expect(lotView(lot, on('2026-01-11')).state).toBe('active');
    expect(lotView({ ...lot, remaining: 0 }, on('2026-01-11')).state).toBe('used');
    expect(lotView({ ...lot, expiresAt: on('2026-02-01') }, on('2026-02-01')).state).toBe('expired');
  });
});
