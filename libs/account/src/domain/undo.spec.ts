import { programme, Scenario, wallet } from './testing/scenario';

const spending = (expiredSlices: 'lost' | 'grace' | 'freshLot'): Scenario =>
  new Scenario(
    programme({
      wallets: [
        wallet({
          expiry: { mode: 'after', period: 'P1M' },
          undo: { expiredSlices, grace: 'P5D' },
          payWithPoints: { perPoints: 1, amountMinor: 1, minPoints: 1, stepPoints: 1 },
        }),
      ],
      rewards: [
        {
          id: 'five',
          name: { en: 'Five off', zh: '五元' },
          wallet: 'points',
          cost: 50,
          gives: { kind: 'voucher', amountMinor: 500, validFor: 'P30D' },
        },
      ],
    }),
  );

const spent = (scenario: Scenario, points: number): Scenario => {
  scenario.at('2026-01-01').adjust(60, 'first');
  scenario.at('2026-01-10').adjust(60, 'second');
  scenario.pay('p1', points);
  scenario.tell({ type: 'CaptureHold', redemptionId: 'p1' });
  return scenario;
};

const undo = (scenario: Scenario, points?: number) =>
  scenario.tell({ type: 'UndoRedemption', redemptionId: 'p1', ...(points === undefined ? {} : { points }) });

describe('undoing a redemption', () => {
  it('puts the points back into their own lots', () => {
    const scenario = spent(spending('lost'), 100).at('2026-01-12');
    expect(undo(scenario)).toEqual(['RedemptionUndone']);
    expect(scenario.account.lots.map((lot) => lot.remaining)).toEqual([60, 60]);
    expect(scenario.available()).toBe(120);
  });

  it('gives a part back from the slices taken last', () => {
    const scenario = spent(spending('lost'), 100).at('2026-01-12');
    undo(scenario, 50);
    expect(scenario.account.lots.map((lot) => lot.remaining)).toEqual([10, 60]);
    undo(scenario, 50);
    expect(scenario.account.lots.map((lot) => lot.remaining)).toEqual([60, 60]);
  });

  it('gives a reward back whole, with its voucher', () => {
    const scenario = spending('lost').at('2026-01-01');
    scenario.adjust(60, 'first');
    scenario.tell({ type: 'HoldPoints', redemptionId: 'p1', aim: { kind: 'reward', rewardId: 'five', storeId: 'S1' } });
    scenario.tell({ type: 'CaptureHold', redemptionId: 'p1' });
    expect(undo(scenario, 1)).toBe('reward-is-whole');
    expect(scenario.account.vouchers.map(({ status }) => status)).toEqual(['issued']);
    expect(undo(scenario, 50)).toEqual(['VoucherCancelled', 'RedemptionUndone']);
    expect(scenario.available()).toBe(60);
  });

  it('gives back no more than was spent, and nothing twice', () => {
    const scenario = spent(spending('lost'), 100).at('2026-01-12');
    expect(undo(scenario, 101)).toBe('too-many-points');
    undo(scenario);
    expect(undo(scenario)).toBe('already-undone');
    expect(scenario.available()).toBe(120);
  });

  it('is refused before anything was spent', () => {
    const scenario = spending('lost');
    scenario.adjust(60);
    scenario.pay('p1', 10);
    expect(undo(scenario)).toBe('not-captured');
  });

  it('loses slices whose lot has expired, when the wallet says so', () => {
    const scenario = spent(spending('lost'), 100).at('2026-02-05');
    undo(scenario);
    expect(scenario.last('RedemptionUndone')).toMatchObject({
      slices: [{ lotId: 'second', points: 40 }],
      lost: [{ lotId: 'first', points: 60 }],
    });
    expect(scenario.available()).toBe(60);
  });

  it('gives such slices days of grace, when the wallet says so', () => {
    const scenario = spent(spending('grace'), 100).at('2026-02-05');
    undo(scenario);
    expect(scenario.available()).toBe(120);
    expect(scenario.at('2026-02-09').available()).toBe(120);
    expect(scenario.at('2026-02-10').available()).toBe(0);
  });

  it('turns such slices into a fresh lot, when the wallet says so', () => {
    const scenario = spent(spending('freshLot'), 100).at('2026-02-05');
    expect(undo(scenario)).toEqual(['PointsExpired', 'RedemptionUndone', 'PointsEarned'].slice(1));
    expect(scenario.last('PointsEarned')).toMatchObject({ points: 60, cause: { kind: 'undo', redemptionId: 'p1' } });
    expect(scenario.at('2026-02-20').available()).toBe(60);
  });

  it('leaves such slices with the stores that issued them', () => {
    const { rulebooks } = spending('freshLot');
    const here = { store: { storeId: 'S1', timeZone: 'UTC' } };
    const scenario = new Scenario(rulebooks, here).at('2026-01-01');
    for (const storeId of ['S1', 'S2']) {
      here.store = { storeId, timeZone: 'UTC' };
      scenario.buy(`at ${storeId}`, 2_000, { storeId });
    }
    scenario.buy('again at S2', 1_000, { storeId: 'S2' });
    scenario.pay('p1', 50);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'p1' });
    scenario.at('2026-02-05');
    expect(undo(scenario)).toEqual(['RedemptionUndone', 'PointsEarned', 'PointsEarned']);
    const fresh = scenario.account.lots.filter(({ cause }) => cause.kind === 'undo');
    const issued = fresh.map(({ issuingStore = '', points }) => `${issuingStore}: ${points}`);
    expect(issued.sort()).toEqual(['S1: 20', 'S2: 30']);
    expect(new Set(fresh.map(({ lotId }) => lotId)).size).toBe(2);
    expect(fresh[0]?.lotId).toBe(scenario.last('RedemptionUndone').fresh);
  });

  it('cancels the unused voucher of a reward, and is refused once the voucher is used', () => {
    const scenario = spending('lost');
    scenario.adjust(200);
    const aim = { kind: 'reward', rewardId: 'five', storeId: 'S1' } as const;
    scenario.tell({ type: 'HoldPoints', redemptionId: 'p1', aim });
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'p1' })).toEqual(['HoldCaptured', 'VoucherIssued']);
    expect(undo(scenario)).toEqual(['VoucherCancelled', 'RedemptionUndone']);
    expect(scenario.available()).toBe(200);
    scenario.tell({ type: 'HoldPoints', redemptionId: 'p2', aim });
    scenario.tell({ type: 'CaptureHold', redemptionId: 'p2' });
    const { code } = scenario.last('VoucherIssued');
    scenario.buy('T', 1_000, { voucherCodes: [code] });
    expect(scenario.tell({ type: 'UndoRedemption', redemptionId: 'p2' })).toBe('voucher-used');
  });
});
