import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { line, on, programme, Scenario, wallet } from './testing/scenario';
import { voucherStatus } from './vouchers';

type Gives = ProgrammeDraft['rewards'][number]['gives'];

const reward = (id: string, gives: Gives, cost = 20): ProgrammeDraft['rewards'][number] => ({
  id,
  name: { en: id, zh: id },
  wallet: 'points',
  cost,
  gives,
});

const rules = programme({
  wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 1 } })],
  rewards: [
    reward('amount', { kind: 'voucher', amountMinor: 500, validFor: 'P1M' }),
    reward('percent', { kind: 'percentVoucher', percent: 15 }),
    reward('dollars', { kind: 'percentVoucher', percent: 15, roundToMinor: 100 }),
    reward('product', { kind: 'freeProduct', sku: 'COF' }),
  ],
});

const hold = (scenario: Scenario, redemptionId: string, rewardId: string) =>
  scenario.tell({ type: 'HoldPoints', redemptionId, aim: { kind: 'reward', rewardId, storeId: 'S1' } });

const redeemed = (rewardId: string): Scenario => {
  const scenario = new Scenario(rules).at('2026-01-31');
  scenario.adjust(100, 'gift');
  hold(scenario, 'r', rewardId);
  scenario.tell({ type: 'CaptureHold', redemptionId: 'r' });
  return scenario;
};

const statuses = (scenario: Scenario): readonly string[] =>
  scenario.account.vouchers.map((voucher) => voucherStatus(voucher, scenario.now));

const onlyCode = (scenario: Scenario): string => {
  const [voucher] = scenario.account.vouchers;
  if (voucher === undefined) throw new Error('no voucher');
  return voucher.code;
};

describe('what a captured reward becomes', () => {
  it('a voucher of an amount, as long as the reward says: a month, shortened where the month is shorter', () =>
    expect(redeemed('amount').last('VoucherIssued')).toMatchObject({
      benefit: { kind: 'voucher', amountMinor: 500 },
      expiresAt: on('2026-02-28'),
      origin: { kind: 'reward', reference: 'r' },
    }));

  it('a voucher of a percentage, without end where the reward gives none', () =>
    expect(redeemed('percent').last('VoucherIssued')).toMatchObject({
      benefit: { kind: 'percentVoucher', percent: 15 },
      expiresAt: null,
    }));

  it('a voucher that says to which step its value is rounded, where the reward does', () =>
    expect(redeemed('dollars').last('VoucherIssued')).toMatchObject({
      benefit: { kind: 'percentVoucher', percent: 15, roundToMinor: 100 },
    }));

  it('no voucher where the cashier hands the product over', () => {
    const scenario = redeemed('product');
    expect(scenario.account.vouchers).toEqual([]);
    expect(scenario.available()).toBe(80);
  });

  it('nothing before the capture, and nothing when it is given up', () => {
    const scenario = new Scenario(rules);
    scenario.adjust(100);
    expect(hold(scenario, 'r', 'amount')).toEqual(['PointsHeld']);
    expect(scenario.tell({ type: 'VoidHold', redemptionId: 'r' })).toEqual(['HoldVoided']);
    expect(scenario.account.vouchers).toEqual([]);
  });

  it('one voucher for each, with a code of its own, when a ticket captures several', () => {
    const scenario = new Scenario(rules, { voucherCodes: ['CODE-1', 'CODE-2'] });
    scenario.adjust(100);
    hold(scenario, 'r1', 'amount');
    hold(scenario, 'r2', 'percent');
    scenario.buy('T', 1_000, { redemptionIds: ['r1', 'r2'] });
    expect(scenario.account.vouchers.map(({ code, origin }) => [code, origin.reference])).toEqual([
      ['CODE-1', 'r1'],
      ['CODE-2', 'r2'],
    ]);
    expect(scenario.account.holds.map((each) => each.voucherCode)).toEqual(['CODE-1', 'CODE-2']);
  });
});

describe('a held voucher', () => {
  it('that ends meanwhile stays good until the hold ends', () => {
    const scenario = redeemed('amount');
    const code = onlyCode(scenario);
    scenario.at('2026-02-27T23:50Z').tell({ type: 'HoldVoucher', code });
    expect(statuses(scenario.at('2026-02-28T00:04Z'))).toEqual(['held']);
    expect(statuses(scenario.at('2026-02-28T00:05Z'))).toEqual(['expired']);
  });

  it('is used by the ticket it was held for', () => {
    const scenario = redeemed('amount');
    const code = onlyCode(scenario);
    scenario.tell({ type: 'HoldVoucher', code });
    expect(scenario.buy('T', 1_000, { voucherCodes: [code] })).toContain('VoucherUsed');
    expect(scenario.tell({ type: 'HoldVoucher', code })).toBe('voucher-used');
    expect(scenario.tell({ type: 'CancelVoucher', code, reason: 'x' })).toBe('voucher-used');
  });

  it('can be withdrawn, and is then held no more', () => {
    const scenario = redeemed('percent');
    const code = onlyCode(scenario);
    scenario.tell({ type: 'HoldVoucher', code });
    scenario.tell({ type: 'CancelVoucher', code, reason: 'mistake' });
    expect(statuses(scenario)).toEqual(['cancelled']);
    expect(scenario.tell({ type: 'HoldVoucher', code })).toBe('voucher-cancelled');
  });

  it('that ended cannot be held, withdrawn or used', () => {
    const scenario = redeemed('amount');
    const code = onlyCode(scenario);
    scenario.at('2026-02-28');
    expect(scenario.tell({ type: 'HoldVoucher', code })).toBe('voucher-expired');
    expect(scenario.tell({ type: 'CancelVoucher', code, reason: 'x' })).toBe('voucher-expired');
    expect(scenario.tell({ type: 'HoldVoucher', code: 'OTHER' })).toBe('voucher-not-found');
  });
});

describe('a voucher on a ticket', () => {
  it('stops the whole ticket when one of several cannot be used', () => {
    const scenario = redeemed('percent');
    const code = onlyCode(scenario);
    expect(scenario.buy('T', 1_000, { voucherCodes: [code, 'OTHER'] })).toBe('voucher-not-found');
    expect([statuses(scenario), scenario.account.sales]).toEqual([['issued'], []]);
  });

  it('pays a part that earns nothing', () => {
    const scenario = redeemed('amount');
    const tenders = [
      { kind: 'voucher' as const, amountMinor: 500 },
      { kind: 'card' as const, amountMinor: 1_500 },
    ];
    scenario.buy('T', 2_000, { voucherCodes: [onlyCode(scenario)], tenders });
    expect(scenario.last('PointsEarned').points).toBe(15);
  });
});

describe('a voucher and the return of its ticket', () => {
  const used = (rewardId: string): Scenario => {
    const scenario = redeemed(rewardId);
    const lines = [line(1, 1_000, { quantity: 2 }), line(2, 500)];
    scenario.buy('T', lines, { voucherCodes: [onlyCode(scenario)] });
    return scenario;
  };
  const units = (...lines: readonly (readonly [number, number])[]) => ({
    kind: 'lines' as const,
    lines: lines.map(([lineNo, quantity]) => ({ lineNo, quantity })),
  });

  it.each(['amount', 'percent'])('comes back with the last of the goods, not before (%s)', (rewardId) => {
    const scenario = used(rewardId);
    expect(scenario.giveBack('R1', 'T', units([1, 2]))).not.toContain('VoucherReinstated');
    expect(statuses(scenario)).toEqual(['used']);
    expect(scenario.giveBack('R2', 'T', units([2, 1]))).toContain('VoucherReinstated');
    expect(statuses(scenario)).toEqual(['issued']);
    expect(scenario.last('VoucherReinstated')).toEqual({ code: onlyCode(scenario), returnId: 'R2' });
  });

  it('keeps its own end: one that is over meanwhile comes back expired', () => {
    const scenario = used('amount').at('2026-03-05');
    expect(scenario.giveBack('R', 'T', 500)).not.toContain('VoucherReinstated');
    expect(scenario.giveBack('R2', 'T', 1_000)).toContain('VoucherReinstated');
    expect(statuses(scenario)).toEqual(['expired']);
    expect(scenario.buy('U', 1_000, { voucherCodes: [onlyCode(scenario)] })).toBe('voucher-expired');
  });

  it('bought on the ticket and not used goes, and its points come back', () => {
    const scenario = new Scenario(rules);
    scenario.adjust(100, 'gift');
    hold(scenario, 'r', 'percent');
    scenario.buy('T', 1_000, { redemptionIds: ['r'] });
    expect(scenario.giveBack('R', 'T', 1_000)).toEqual([
      'PurchaseReturned',
      'VoucherCancelled',
      'RedemptionUndone',
      'PointsReversed',
    ]);
    expect([statuses(scenario), scenario.available()]).toEqual([['cancelled'], 100]);
  });

  it('bought on the ticket and used elsewhere stays used, and its points stay spent', () => {
    const scenario = new Scenario(rules);
    scenario.adjust(100, 'gift');
    hold(scenario, 'r', 'percent');
    scenario.buy('T', 1_000, { redemptionIds: ['r'] });
    scenario.buy('U', 1_000, { voucherCodes: [onlyCode(scenario)] });
    expect(scenario.giveBack('R', 'T', 1_000)).toEqual(['PurchaseReturned', 'PointsReversed']);
    expect([statuses(scenario), scenario.available()]).toEqual([['used'], 90]);
  });
});
