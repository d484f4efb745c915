import type { Instant } from '#libs/platform/kernel/instant';
import type { AccountEvent } from './account.events';
import { type Account, debtOf, type Lot, type Slice } from './account.state';
import { heldByLot, sumOf } from './lots';

/** What facts alone say of the points of a wallet, all ≥ 0, in the wallet's integer unit. */
export interface Flow {
  /** Points that became lots. */
  readonly granted: number;
  /** Points that left their lots: spent, expired, converted, deducted, reversed, or used to repay debt. */
  readonly left: number;
  /** Points that an undone redemption put back. */
  readonly back: number;
  /** Debt that returns made, and what of it was repaid. */
  readonly incurred: number;
  readonly repaid: number;
}

/** The flows of an account, by wallet. */
export type Flows = Readonly<Record<string, Flow>>;

/** Before anything has happened. */
export const noFlow: Flow = { granted: 0, left: 0, back: 0, incurred: 0, repaid: 0 };

const leaving = (flow: Flow, slices: readonly Slice[]): Flow => ({ ...flow, left: flow.left + sumOf(slices) });

/** The flow of the fact's own wallet after it. */
const flowAfter = (flow: Flow, event: AccountEvent): Flow => {
  switch (event.type) {
    case 'PointsEarned':
      return { ...flow, granted: flow.granted + event.data.points };
    case 'PointsExpired':
      return { ...flow, left: flow.left + event.data.points };
    case 'HoldCaptured':
    case 'PointsDeducted':
    case 'PointsConverted':
    case 'PointsReversed':
      return leaving(flow, event.data.slices);
    case 'DebtRepaid':
      return { ...leaving(flow, event.data.slices), repaid: flow.repaid + event.data.points };
    case 'RedemptionUndone':
      return { ...flow, back: flow.back + sumOf(event.data.slices) };
    case 'DebtIncurred':
      return { ...flow, incurred: flow.incurred + event.data.points };
    default:
      return flow;
  }
};

/** The flows after one more fact. They are counted from the facts' own numbers, never from the account's state. */
export const flowsAfter = (flows: Flows, event: AccountEvent): Flows => {
  if (!('wallet' in event.data)) return flows;
  const { wallet } = event.data;
  const before = flows[wallet] ?? noFlow;
  const after = flowAfter(before, event);
  return after === before ? flows : { ...flows, [wallet]: after };
};

const remainingIn = (account: Account, wallet: string): number =>
  account.lots.reduce((sum, lot) => (lot.wallet === wallet ? sum + lot.remaining : sum), 0);

const walletsOf = (account: Account, flows: Flows): readonly string[] => [
  ...new Set([...Object.keys(flows), ...account.lots.map((lot) => lot.wallet), ...Object.keys(account.debts)]),
];

/**
 * Where an account does not add up, wallet by wallet: `granted − left + back = Σ remaining`, and
 * `debt = incurred − repaid`. One English sentence for each equation that fails.
 */
export const imbalances = (account: Account, flows: Flows): readonly string[] =>
  walletsOf(account, flows).flatMap((wallet) => {
    const { granted, left, back, incurred, repaid } = flows[wallet] ?? noFlow;
    const remaining = remainingIn(account, wallet);
    const debt = debtOf(account, wallet);
    return [
      ...(granted - left + back === remaining
        ? []
        : [`${wallet}: ${granted} granted − ${left} left + ${back} back is not ${remaining} remaining`]),
      ...(incurred - repaid === debt ? [] : [`${wallet}: ${incurred} incurred − ${repaid} repaid is not ${debt} owed`]),
      ...(debt < 0 ? [`${wallet}: the debt is ${debt}`] : []),
    ];
  });

const lotProblems = (lot: Lot, held: number): readonly string[] => {
  const checks: readonly (readonly [boolean, string])[] = [
    [lot.remaining >= held, `${lot.remaining} remain where ${held} are held`],
    [lot.remaining >= 0, `${lot.remaining} remain`],
    [lot.remaining <= lot.points, `${lot.remaining} remain of ${lot.points} granted`],
    [lot.reversed >= 0 && lot.reversed <= lot.points, `${lot.reversed} are reversed of ${lot.points} granted`],
    [lot.expired >= 0 && lot.expired <= lot.points, `${lot.expired} have expired of ${lot.points} granted`],
    [lot.expiredReversed <= lot.expired, `${lot.expiredReversed} are reversed of ${lot.expired} expired`],
  ];
  return checks.flatMap(([holds, problem]) => (holds ? [] : [`lot ${lot.lotId}: ${problem}`]));
};

/**
 * Lots with impossible counts: below nothing, below what open holds keep of them at `at` (the instant at which the
 * account was last written), above what they were granted. One English sentence each.
 */
export const lotsOutOfBounds = (account: Account, at: Instant): readonly string[] => {
  const held = heldByLot(account, at);
  return account.lots.flatMap((lot) => lotProblems(lot, held[lot.lotId] ?? 0));
};
