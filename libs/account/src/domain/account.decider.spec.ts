import type { AccountCommand } from './account.commands';
import { accountDecider, claims } from './account.decider';
import type { AccountEvent } from './account.events';
import { emptyAccount } from './empty-account';
import { on, programme, Scenario, wallet } from './testing/scenario';

const at = on('2026-01-01');

/** One of each, all of them possible for an account with some history. */
const everything = (scenario: Scenario): readonly AccountCommand[] => [
  { type: 'RecordPurchase', purchaseId: 'N', ticket: scenario.ticket(1_000), source: 'till' },
  { type: 'RecordVisit', visitId: 'v', occurredAt: at, kind: 'walk-in' },
  { type: 'RecordActivity', activityId: 'a', on: 'activity:review', occurredAt: at },
  {
    type: 'ReturnGoods',
    returnId: 'R',
    purchaseId: 'T',
    place: { storeId: 'S1', businessDate: '2026-01-01' },
    occurredAt: at,
    goods: { kind: 'amount', amountMinor: 100 },
    park: false,
    content: 'R',
  },
  { type: 'HoldPoints', redemptionId: 'new', aim: { kind: 'reward', rewardId: 'coffee', storeId: 'S1' } },
  { type: 'CaptureHold', redemptionId: 'open' },
  { type: 'VoidHold', redemptionId: 'open' },
  { type: 'UndoRedemption', redemptionId: 'spent' },
  { type: 'AdjustPoints', adjustmentId: 'x', wallet: 'points', points: 1, reason: 'r' },
  { type: 'BookAward', awardId: 'w', wallet: 'points', points: 1, cause: { kind: 'campaign', reference: 'c' } },
  { type: 'ConvertPoints', requestId: 'q', conversionId: 'swap', times: 1 },
  { type: 'ActivatePoints', wallet: 'points' },
  { type: 'IssueVoucher', grantId: 'g2', benefit: { kind: 'voucher', amountMinor: 1 }, expiresAt: null },
  { type: 'HoldVoucher', code: 'VOUCHER' },
  { type: 'CancelVoucher', code: 'VOUCHER', reason: 'r' },
  { type: 'GrantTier', code: 'gold', until: on('2027-01-01'), reason: 'r' },
  { type: 'NoteSegment', segment: 's', inside: true, since: at },
  { type: 'RejectTicket', reviewId: 'old' },
  { type: 'SettleAccount' },
];

const rulebooks = programme({
  wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 1 } }), wallet({ code: 'dollars' })],
  tiers: {
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 100_000_000 },
    ],
  },
  conversions: [{ id: 'swap', from: { wallet: 'points', units: 1 }, to: { wallet: 'dollars', units: 1 } }],
  rewards: [
    {
      id: 'coffee',
      name: { en: 'Coffee', zh: '咖啡' },
      wallet: 'points',
      cost: 5,
      gives: { kind: 'freeProduct', sku: 'C' },
    },
  ],
});

const lived = (): Scenario => {
  const scenario = new Scenario(rulebooks, { voucherCodes: ['VOUCHER'] });
  scenario.buy('T', 10_000);
  scenario.pay('open', 10);
  scenario.pay('spent', 10);
  scenario.tell({ type: 'CaptureHold', redemptionId: 'spent' });
  const benefit = { kind: 'freeProduct', sku: 'X' } as const;
  scenario.tell({ type: 'IssueVoucher', grantId: 'g', benefit, expiresAt: null });
  scenario.buy('old', 1_000, { occurredAt: on('2025-01-01') });
  return scenario;
};

const outcomes = (suspended: boolean): Record<string, unknown> => {
  const scenario = lived();
  return Object.fromEntries(
    everything(scenario).map((command) => {
      const context = {
        now: scenario.now,
        rulebooks,
        suspended,
        store: { storeId: 'S1', timeZone: 'UTC' },
        voucherCodes: ['FRESH'],
      };
      const decision = accountDecider.decide(command, scenario.account, context);
      return [command.type, decision.kind === 'refused' ? decision.reason : 'accepted'];
    }),
  );
};

describe('an account', () => {
  it('can be asked everything in the list', () => {
    const accepted = outcomes(false);
    expect(Object.keys(accepted)).toHaveLength(19);
    expect(new Set(Object.values(accepted))).toEqual(new Set(['accepted']));
  });

  it('of a suspended member takes only what puts right what has happened, and what others have granted', () => {
    const { accepted, refused } = Object.entries(outcomes(true)).reduce<Record<string, string[]>>(
      (sorted, [type, outcome]) => {
        (sorted[outcome === 'accepted' ? 'accepted' : 'refused'] ??= []).push(type);
        return sorted;
      },
      {},
    );
    expect(accepted).toEqual([
      'ReturnGoods',
      'VoidHold',
      'UndoRedemption',
      'AdjustPoints',
      'BookAward',
      'IssueVoucher',
      'CancelVoucher',
      'NoteSegment',
      'RejectTicket',
      'SettleAccount',
    ]);
    expect(refused).toHaveLength(9);
  });

  it('of a member suspended since takes the enrolment, which came before any suspension, and no other activity', () => {
    const scenario = new Scenario(rulebooks);
    const context = { now: scenario.now, rulebooks, suspended: true, voucherCodes: [] };
    const outcomeOf = (on: 'enrolment' | 'birthday' | `activity:${string}`) => {
      const command = { type: 'RecordActivity', activityId: on, on, occurredAt: at } as const;
      return accountDecider.decide(command, scenario.account, context);
    };
    expect(outcomeOf('enrolment')).toMatchObject({ kind: 'accepted', events: [{ type: 'ActivityRecorded' }] });
    for (const on of ['birthday', 'activity:enrolment'] as const)
      expect(outcomeOf(on)).toMatchObject({ kind: 'refused', reason: 'member-suspended' });
  });

  it('is a stream of its category, empty to begin with', () => {
    expect(accountDecider.category).toBe('account');
    expect(accountDecider.initial('M7')).toEqual(emptyAccount('M7'));
  });

  it('leaves itself alone at a fact it does not know', () => {
    const account = emptyAccount('M1');
    const unknown = { type: 'SomethingNew', at, data: {} } as unknown as AccountEvent;
    expect(accountDecider.evolve(account, unknown)).toBe(account);
  });

  it('decides without changing the state it was given', () => {
    const scenario = lived();
    const before = JSON.stringify(scenario.account);
    for (const command of everything(scenario))
      accountDecider.decide(command, scenario.account, {
        now: scenario.now,
        rulebooks,
        suspended: false,
        voucherCodes: [],
      });
    expect(JSON.stringify(scenario.account)).toBe(before);
  });

  it('decides the same again', () => {
    const scenario = lived();
    const context = { now: scenario.now, rulebooks, suspended: false, voucherCodes: ['FRESH'] };
    for (const command of everything(scenario))
      expect(accountDecider.decide(command, scenario.account, context)).toEqual(
        accountDecider.decide(command, scenario.account, context),
      );
  });
});

describe('names that are taken across all accounts', () => {
  it('are those of tickets, returns, redemptions, reviews and vouchers', () => {
    const scenario = lived();
    scenario.giveBack('R', 'T', 100);
    expect(claims(scenario.events)).toEqual([
      'ticket:T',
      'redemption:open',
      'redemption:spent',
      'voucher:VOUCHER',
      'review:old',
      'return:R',
    ]);
  });

  it('are taken once by a return that waits for its sale', () => {
    const scenario = new Scenario();
    scenario.giveBack('R', 'T', 100, true);
    scenario.buy('T', 1_000);
    expect(claims(scenario.events)).toEqual(['return:R', 'ticket:T']);
  });

  it('are none for what only moves points', () => {
    const scenario = new Scenario();
    scenario.adjust(10);
    scenario.adjust(-5);
    expect(claims(scenario.events)).toEqual([]);
  });
});
