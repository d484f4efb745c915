import { add, rational, round, share, sum } from '#libs/platform/kernel/rational';
import type { Award, Rulebook } from '#libs/programme/src/contract';
import type { Lot, Sale } from './account.state';
import type { Draft } from './draft';
import { walletRules } from './earning';
import { isAllBack, keptOf, keptOfLine, lineNets, partOf } from './kept-basket';
import { takeBack } from './take-back';

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

const reverseWallet = (draft: Draft, lots: readonly Lot[], wallet: string, reversal: Reversal): void => {
  const net = totalOf(lots, netOf);
  const wanted = Math.min(net, Math.max(0, net - targetOf(lots, wallet, reversal)));
  if (wanted === 0) return;
  const rules = walletRules(reversal.rulebook, wallet);
  const kept = keptOf(reversal.sale);
  const reevaluated = rules?.returns.points === 'reevaluate';
  const origins = originsOf(lots, wanted, (lot) =>
    reevaluated && lot.cause.kind === 'rule'
      ? awarded(reversal.awards, wallet, lot.cause.rule)
      : partOf(lot.points, kept.part, kept.whole),
  );
  const reach = rules?.returns.reach ?? 'withinBalance';
  const { slices, expired, debt, waiting, forgiven } = takeBack(draft, { lots, wallet, points: wanted, reach });
  const own = draft.account.lots.filter(({ lotId }) => origins.has(lotId) || expired.has(lotId));
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
      fromExpired: [...expired.values()].reduce((sum, part) => sum + part, 0),
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
