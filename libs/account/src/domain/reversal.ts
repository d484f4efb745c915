import { add, rational, round, share, sum } from '#libs/platform/kernel/rational';
import type { Award, Rulebook } from '#libs/programme/src/contract';
import type { Account, Lot, Sale, Slice } from './account.state';
import type { Draft } from './draft';
import { walletRules } from './earning';
import { holdOf } from './holds';
import { isAllBack, keptOf, keptOfLine, lineNets, partOf } from './kept-basket';
import {
  bySpendingOrder,
  heldByLot,
  isActive,
  isExpired,
  isPending,
  sumOf,
  take,
  takeable,
  type Takeable,
} from './lots';

/** What a return is about to take back. */
export interface Reversal {
  /** The sale with everything that has come back so far, this return included. */
  readonly sale: Sale;
  readonly returnId: string;
  /** The programme version of the sale. */
  readonly rulebook: Rulebook;
  /** What the rules give for what is kept, as of the sale. */
  readonly awards: readonly Award[];
}

const netOf = (lot: Lot): number => lot.points - lot.reversed;
const totalOf = (lots: readonly Lot[], pick: (lot: Lot) => number): number =>
  lots.reduce((total, lot) => total + pick(lot), 0);

/** Σ of the stored shares of what is kept; points that no line earned shrink with the whole sale. */
const byLine = (lots: readonly Lot[], sale: Sale): number => {
  const nets = lineNets(sale.ticket);
  const whole = keptOf(sale);
  const kept = new Map(sale.ticket.lines.map((line) => [line.lineNo, keptOfLine(sale, line, nets)]));
  const exact = lots.map((lot) =>
    lot.lines.length === 0
      ? share(lot.points, whole.part, Math.max(1, whole.whole))
      : sum(
          lot.lines.map(({ lineNo, points }) => {
            const line = kept.get(lineNo);
            return line === undefined ? rational(0) : share(points, line.part, Math.max(1, line.whole));
          }),
        ),
  );
  return round(exact.reduce(add, rational(0)), 'halfUp');
};

const awarded = (awards: readonly Award[], wallet: string, rule?: string): number =>
  awards
    .filter((award) => award.wallet === wallet && (rule === undefined || award.rule === rule))
    .reduce((points, award) => points + award.points, 0);

/** How many points of a wallet the member may keep after the return. */
const targetOf = (lots: readonly Lot[], wallet: string, reversal: Reversal): number => {
  const { sale, rulebook, awards } = reversal;
  if (isAllBack(sale)) return 0;
  const mode = walletRules(rulebook, wallet)?.returns.points ?? 'proportional';
  if (mode === 'reevaluate') return awarded(awards, wallet);
  if (mode === 'line') return byLine(lots, sale);
  const kept = keptOf(sale);
  return partOf(
    totalOf(lots, (lot) => lot.points),
    kept.part,
    kept.whole,
  );
};

/** Which of the sale's lots a reversal counts against: first those that exceed what their rule would give now. */
const originsOf = (lots: readonly Lot[], points: number, desired: (lot: Lot) => number): Map<string, number> => {
  const taken = new Map<string, number>();
  let left = points;
  const pass = (most: (lot: Lot) => number): void => {
    for (const lot of lots) {
      const before = taken.get(lot.lotId) ?? 0;
      const more = Math.min(left, Math.max(0, most(lot) - before));
      if (more > 0) taken.set(lot.lotId, before + more);
      left -= more;
    }
  };
  pass((lot) => netOf(lot) - desired(lot));
  pass(netOf);
  return taken;
};

/** The lots that points of these became when they were given back after their end: they are the same sale's. */
const renewedOf = (account: Account, lots: readonly Lot[]): readonly Lot[] => {
  const ids = new Set(lots.map((lot) => lot.lotId));
  return account.lots.filter(({ lotId, cause }) => {
    const hold = cause.kind === 'undo' ? holdOf(account, cause.redemptionId) : undefined;
    if (hold?.captured.some((slice) => ids.has(slice.lotId)) !== true) return false;
    ids.add(lotId);
    return true;
  });
};

interface Taken {
  readonly slices: readonly Slice[];
  readonly fromExpired: number;
  readonly debt: number;
  /** Of the debt, points on hold that pay it off once they are free. */
  readonly waiting: readonly Slice[];
  readonly forgiven: number;
}

/** What open holds keep and no return is owed yet: of the sale's own lots, ended or not, then of the other active ones. */
const heldIn = ({ account, now }: Draft, wallet: string, own: ReadonlySet<string>): Takeable => {
  const held = heldByLot(account, now);
  const isMeant = (lot: Lot): boolean => lot.wallet === wallet && (own.has(lot.lotId) || isActive(lot, now));
  const items = account.lots
    .filter((lot) => held[lot.lotId] !== undefined && isMeant(lot))
    .sort(bySpendingOrder)
    .map((lot) => ({ lot, points: Math.max(0, (held[lot.lotId] ?? 0) - (lot.pledged ?? 0)) }))
    .filter(({ points }) => points > 0);
  return [...items.filter(({ lot }) => own.has(lot.lotId)), ...items.filter(({ lot }) => !own.has(lot.lotId))];
};

/**
 * Where the points come from: what is pending of the sale, what is left of it, what of it has expired (not taken
 * twice), other active points, debt; each as far as the wallet's reach goes. The rest is forgiven. Points that are over
 * but still there end with this very decision; it takes those before any others. Points on hold are within the balance:
 * they are owed, and pay as soon as they come free.
 */
const takeBack = (
  draft: Draft,
  lots: readonly Lot[],
  wallet: string,
  wanted: { points: number; reach: string },
): Taken => {
  const { account, now } = draft;
  const own = new Set(lots.map((lot) => lot.lotId));
  const slices: Slice[] = [];
  let left = wanted.points;
  const from = (which: (lot: Lot) => boolean): void => {
    const more = take(takeable(account, now, which), left);
    slices.push(...more);
    left -= sumOf(more);
  };
  from((lot) => own.has(lot.lotId) && isPending(lot, now));
  if (wanted.reach !== 'onlyPending') from((lot) => own.has(lot.lotId) && isActive(lot, now));
  from((lot) => own.has(lot.lotId) && isExpired(lot, now));
  const fromExpired = Math.min(
    left,
    totalOf(lots, (lot) => lot.expired - lot.expiredReversed),
  );
  left -= fromExpired;
  if (wanted.reach !== 'onlyPending')
    from((lot) => lot.wallet === wallet && !own.has(lot.lotId) && !isPending(lot, now));
  const onHold = wanted.reach === 'onlyPending' ? [] : heldIn(draft, wallet, own);
  const waiting = take(onHold, left);
  const debt = wanted.reach === 'unlimited' ? left : sumOf(waiting);
  return { slices, fromExpired, debt, waiting, forgiven: left - debt };
};

const expiredParts = (lots: readonly Lot[], points: number): Map<string, number> => {
  const parts = new Map<string, number>();
  let left = points;
  for (const lot of lots) {
    const part = Math.min(left, lot.expired - lot.expiredReversed);
    if (part > 0) parts.set(lot.lotId, part);
    left -= Math.max(0, part);
  }
  return parts;
};

const reverseWallet = (draft: Draft, lots: readonly Lot[], wallet: string, reversal: Reversal): void => {
  const net = totalOf(lots, netOf);
  const wanted = Math.min(net, Math.max(0, net - targetOf(lots, wallet, reversal)));
  if (wanted === 0) return;
  const rules = walletRules(reversal.rulebook, wallet);
  const own = [...lots, ...renewedOf(draft.account, lots)];
  const { slices, fromExpired, debt, waiting, forgiven } = takeBack(draft, own, wallet, {
    points: wanted,
    reach: rules?.returns.reach ?? 'withinBalance',
  });
  const kept = keptOf(reversal.sale);
  const reevaluated = rules?.returns.points === 'reevaluate';
  const origins = originsOf(lots, wanted, (lot) =>
    reevaluated && lot.cause.kind === 'rule'
      ? awarded(reversal.awards, wallet, lot.cause.rule)
      : partOf(lot.points, kept.part, kept.whole),
  );
  const expired = expiredParts(own, fromExpired);
  const { returnId, sale } = reversal;
  draft.state({
    type: 'PointsReversed',
    at: draft.now,
    data: {
      returnId,
      purchaseId: sale.purchaseId,
      wallet,
      points: wanted - forgiven,
      forgiven,
      fromExpired,
      debt,
      slices,
      origins: own
        .map(({ lotId }) => ({ lotId, points: origins.get(lotId) ?? 0, expired: expired.get(lotId) ?? 0 }))
        .filter((origin) => origin.points > 0 || origin.expired > 0),
      ...(waiting.length === 0 ? {} : { waiting }),
    },
  });
  if (debt > 0) draft.state({ type: 'DebtIncurred', at: draft.now, data: { wallet, points: debt, returnId } });
};

/**
 * Takes back what the returned part of a sale had earned, wallet by wallet: `net − target`, where the target is
 * cumulative, so that ten small returns take the same as one large one.
 */
export const reverseEarned = (draft: Draft, reversal: Reversal): void => {
  const lots = draft.account.lots.filter((lot) => lot.occasion === reversal.sale.purchaseId);
  for (const wallet of new Set(lots.map((lot) => lot.wallet)))
    reverseWallet(
      draft,
      lots.filter((lot) => lot.wallet === wallet),
      wallet,
      reversal,
    );
};
