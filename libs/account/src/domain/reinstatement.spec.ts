import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { line, programme, rule, Scenario, wallet } from './testing/scenario';

type Returns = NonNullable<ProgrammeDraft['wallets'][number]['returns']>;

const under = (returns: Returns, draft: Partial<ProgrammeDraft> = {}): Scenario =>
  new Scenario(programme({ wallets: [wallet({ returns })], ...draft }));

describe('what a whole return gives back', () => {
  it('the points spent on the ticket (50 on registration, all spent, 21 earned, cancelled: 50 again)', () => {
    const scenario = new Scenario(
      programme({ wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 100 } })] }),
    );
    scenario.adjust(50);
    scenario.pay('p1', 50);
    const tenders = [
      { kind: 'points' as const, amountMinor: 5_000 },
      { kind: 'card' as const, amountMinor: 2_100 },
    ];
    scenario.buy('T', 7_100, { redemptionIds: ['p1'], tenders });
    expect(scenario.available()).toBe(21);
    scenario.giveBack('R', 'T', 7_100);
    expect(scenario.available()).toBe(50);
  });

  it('the voucher used on it', () => {
    const scenario = new Scenario();
    scenario.tell({
      type: 'IssueVoucher',
      grantId: 'g',
      benefit: { kind: 'voucher', amountMinor: 500 },
      expiresAt: null,
    });
    const { code } = scenario.last('VoucherIssued');
    scenario.buy('T', 1_000, { voucherCodes: [code] });
    expect(scenario.buy('U', 1_000, { voucherCodes: [code] })).toBe('voucher-used');
    scenario.giveBack('R', 'T', 1_000);
    expect(scenario.buy('U', 1_000, { voucherCodes: [code] })).toContain('VoucherUsed');
  });

  it('nothing while a unit is kept, though rounding has taken the last cent', () => {
    const scenario = new Scenario(
      programme({ wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 1 } })] }),
    );
    scenario.adjust(50);
    scenario.pay('p1', 50);
    scenario.buy('T', [line(1, 5, { quantity: 11 })], { redemptionIds: ['p1'] });
    const units = (quantity: number) => ({ kind: 'lines' as const, lines: [{ lineNo: 1, quantity }] });
    expect(scenario.giveBack('R', 'T', units(10))).not.toContain('RedemptionUndone');
    expect(scenario.available()).toBe(0);
    expect(scenario.giveBack('S', 'T', units(1))).toContain('RedemptionUndone');
    expect(scenario.available()).toBe(50);
  });

  it('nothing while part of the sale is kept', () => {
    const scenario = new Scenario(
      programme({ wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 100 } })] }),
    );
    scenario.adjust(50);
    scenario.pay('p1', 50);
    const tenders = [
      { kind: 'points' as const, amountMinor: 5_000 },
      { kind: 'card' as const, amountMinor: 5_000 },
    ];
    scenario.buy('T', 10_000, { redemptionIds: ['p1'], tenders });
    expect(scenario.giveBack('R', 'T', 5_000)).not.toContain('RedemptionUndone');
  });
});

describe('a return that arrives before its sale', () => {
  it('is parked when asked to, and booked with the sale', () => {
    const scenario = new Scenario();
    expect(scenario.giveBack('R', 'T', 400, true)).toEqual(['ReturnParked']);
    expect(scenario.buy('T', 1_000)).toEqual([
      'PurchaseRecorded',
      'PointsEarned',
      'PurchaseReturned',
      'PointsReversed',
    ]);
    expect(scenario.available()).toBe(6);
    expect(scenario.giveBack('R', 'T', 400, true)).toEqual([]);
  });

  it('stays parked when it asks for more than the sale was', () => {
    const scenario = new Scenario();
    scenario.giveBack('R', 'T', 4_000, true);
    expect(scenario.buy('T', 1_000)).toEqual(['PurchaseRecorded', 'PointsEarned']);
    expect(scenario.available()).toBe(10);
  });
});

describe('limits and bonuses of a returned sale', () => {
  it('a return frees the room of its window', () => {
    const scenario = under(
      { points: 'reevaluate', reach: 'unlimited' },
      { earningRules: [rule({ limits: [{ id: 'daily', per: 'day', points: 100 }] })] },
    );
    scenario.buy('A', 8_000);
    scenario.buy('B', 8_000);
    expect(scenario.available()).toBe(100);
    scenario.giveBack('R', 'A', 8_000);
    expect(scenario.available()).toBe(20);
    scenario.buy('C', 8_000);
    expect(scenario.available()).toBe(100);
  });

  it('a first-purchase bonus goes back with its ticket and is never paid twice', () => {
    const welcome = rule({
      id: 'welcome',
      phase: 'bonus',
      when: { firstPurchase: true },
      award: { kind: 'fixed', points: 56 },
    });
    const scenario = under({ points: 'reevaluate', reach: 'unlimited' }, { earningRules: [rule(), welcome] });
    scenario.buy('A', 1_000);
    expect(scenario.available()).toBe(66);
    scenario.giveBack('R', 'A', 1_000);
    scenario.buy('B', 1_000);
    expect(scenario.available()).toBe(10);
  });
});
