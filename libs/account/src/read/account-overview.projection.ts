import { idOf } from '#libs/platform/kernel/decider';
import type { Projection } from '#libs/platform/read-models/projection';
import type { Fact } from '#libs/platform/runtime/fact';
import type { AccountEvent } from '../domain/account.events';
import { AccountOverview } from './account-overview.entity';
import { flowsOf } from './flows';
import { netMinorOf } from './ticket-worth';

type Row = AccountOverview;

type Noted<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }> & Pick<Fact, 'streamId'>;

const fresh = (fact: Pick<Fact, 'streamId'>): Row => ({
  memberId: idOf(fact.streamId),
  purchases: 0,
  visits: 0,
  netMinor: 0,
  lastPurchaseAt: null,
  tier: null,
  wallets: {},
});

const withWallet = (row: Row, wallet: string, points: number, debt: number): Row => {
  const before = row.wallets[wallet] ?? { points: 0, debt: 0 };
  const after = { points: before.points + points, debt: before.debt + debt };
  return { ...row, wallets: { ...row.wallets, [wallet]: after } };
};

/** Any fact that moves points: the lots by its flows, the debt where it says so. */
const moved = (known: Row | undefined, fact: Fact): Row => {
  const event = fact as unknown as AccountEvent;
  const row = known ?? fresh(fact);
  if (event.type === 'DebtIncurred') return withWallet(row, event.data.wallet, 0, event.data.points);
  const flows = flowsOf(event);
  const wallet = flows[0]?.wallet;
  if (wallet === undefined) return row;
  const points = flows.reduce((sum, flow) => sum + flow.points, 0);
  return withWallet(row, wallet, points, event.type === 'DebtRepaid' ? -event.data.points : 0);
};

const withTier = (row: Row | undefined, fact: Pick<Fact, 'streamId'>, tier: string | undefined): Row => ({
  ...(row ?? fresh(fact)),
  tier: tier ?? null,
});

/** The tier that a correction leaves. Early facts name steps only: where they took some away and gave none, it stays. */
const corrected = (known: Row | undefined, fact: Noted<'TierCorrected'>): Row => {
  const { steps, left } = fact.data;
  if (left === undefined && steps.length === 0) return known ?? fresh(fact);
  return withTier(known, fact, left === undefined ? steps.at(-1)?.to : left?.code);
};

/** Every account in one line. */
export const accountOverview: Projection<Row, AccountEvent> = {
  name: 'account-overview',
  version: 2,
  entity: AccountOverview,
  keysOf: (fact) => [idOf(fact.streamId)],
  on: {
    PurchaseRecorded: (known, fact) => {
      const row = known ?? fresh(fact);
      return {
        ...row,
        purchases: row.purchases + 1,
        netMinor: row.netMinor + netMinorOf(fact.data.ticket),
        lastPurchaseAt: Math.max(row.lastPurchaseAt ?? fact.at, fact.at),
      };
    },
    PurchaseReturned: (known, fact) => {
      const row = known ?? fresh(fact);
      return { ...row, netMinor: row.netMinor - fact.data.lines.reduce((sum, line) => sum + line.amountMinor, 0) };
    },
    VisitRecorded: (known, fact) => {
      const row = known ?? fresh(fact);
      return { ...row, visits: row.visits + 1 };
    },
    PointsEarned: moved,
    PointsExpired: moved,
    PointsDeducted: moved,
    PointsConverted: moved,
    HoldCaptured: moved,
    RedemptionUndone: moved,
    PointsReversed: moved,
    DebtIncurred: moved,
    DebtRepaid: moved,
    TierReached: (row, fact) => withTier(row, fact, fact.data.step.to),
    TierLost: (row, fact) => withTier(row, fact, fact.data.step.to),
    TierCorrected: corrected,
  },
};
