import { on, Scenario } from './testing/scenario';
import { voucherStatus } from './vouchers';

const granted = (expiresAt: string | null = null): { scenario: Scenario; code: string } => {
  const scenario = new Scenario();
  scenario.tell({
    type: 'IssueVoucher',
    grantId: 'campaign-1',
    benefit: { kind: 'percentVoucher', percent: 10 },
    expiresAt: expiresAt === null ? null : on(expiresAt),
  });
  return { scenario, code: scenario.last('VoucherIssued').code };
};

const status = (scenario: Scenario): string | undefined => {
  const [voucher] = scenario.account.vouchers;
  return voucher && voucherStatus(voucher, scenario.now);
};

describe('a voucher', () => {
  it('granted twice is issued once', () => {
    const { scenario } = granted();
    const again = { type: 'IssueVoucher', grantId: 'campaign-1', benefit: { kind: 'freeProduct', sku: 'X' } } as const;
    expect(scenario.tell({ ...again, expiresAt: null })).toEqual([]);
    expect(scenario.account.vouchers).toHaveLength(1);
  });

  it('is used once', () => {
    const { scenario, code } = granted();
    expect(scenario.buy('T', 1_000, { voucherCodes: [code] })).toContain('VoucherUsed');
    expect(status(scenario)).toBe('used');
    expect(scenario.buy('U', 1_000, { voucherCodes: [code] })).toBe('voucher-used');
  });

  it('expires by itself; at its expiry it is over', () => {
    const { scenario, code } = granted('2026-02-01');
    expect(scenario.at('2026-02-01').buy('T', 1_000, { voucherCodes: [code] })).toBe('voucher-expired');
    expect(status(scenario)).toBe('expired');
  });

  it('is good for a late ticket that occurred before its expiry', () => {
    const { scenario, code } = granted('2026-02-01');
    const occurredAt = on('2026-01-31');
    expect(scenario.at('2026-02-02').buy('T', 1_000, { occurredAt, voucherCodes: [code] })).toContain('VoucherUsed');
  });

  it('is held for a bill and free again after a quarter of an hour', () => {
    const { scenario, code } = granted();
    expect(scenario.tell({ type: 'HoldVoucher', code })).toEqual(['VoucherHeld']);
    expect(status(scenario)).toBe('held');
    expect(status(scenario.at('2026-01-01T00:15Z'))).toBe('issued');
  });

  it('is held by one till at a time, which may hold it again', () => {
    const { scenario, code } = granted();
    const hold = (storeId: string, tillId: string) => {
      Object.assign(scenario, { context: { store: { storeId, timeZone: 'UTC' } } });
      return scenario.tell({ type: 'HoldVoucher', code, tillId });
    };
    expect(hold('S1', 'T1')).toEqual(['VoucherHeld']);
    expect([hold('S1', 'T2'), hold('S2', 'T1')]).toEqual(['voucher-held', 'voucher-held']);
    expect(hold('S1', 'T1')).toEqual(['VoucherHeld']);
    scenario.at('2026-01-01T00:15Z');
    expect([hold('S2', 'T1'), hold('S1', 'T1')]).toEqual([['VoucherHeld'], 'voucher-held']);
  });

  it('cannot be held beyond its end, except by the last hold before it', () => {
    const { scenario, code } = granted('2026-02-01');
    expect(scenario.at('2026-01-31T23:59Z').tell({ type: 'HoldVoucher', code })).toEqual(['VoucherHeld']);
    expect(scenario.at('2026-02-01T00:13Z').tell({ type: 'HoldVoucher', code })).toBe('voucher-expired');
    expect(status(scenario)).toBe('held');
    expect(scenario.buy('T', 1_000, { voucherCodes: [code] })).toContain('VoucherUsed');
  });

  it('can be withdrawn until it is used', () => {
    const { scenario, code } = granted();
    expect(scenario.tell({ type: 'CancelVoucher', code, reason: 'mistake' })).toEqual(['VoucherCancelled']);
    expect(scenario.tell({ type: 'CancelVoucher', code, reason: 'mistake' })).toBe('voucher-cancelled');
    expect(scenario.buy('T', 1_000, { voucherCodes: [code] })).toBe('voucher-cancelled');
  });

  it('of someone else is not found', () => {
    expect(new Scenario().buy('T', 1_000, { voucherCodes: ['NOT-MINE'] })).toBe('voucher-not-found');
  });
});
