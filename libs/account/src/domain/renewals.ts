import type { Account, Lot } from './account.state';
import { holdOf } from './holds';
import { changed } from './lots';

/** What a lot was made of when points were given back after their end. A lot that does not say: what was spent then. */
const renewalsOf = (account: Account, lot: Lot): readonly { readonly lotId: string; readonly points: number }[] =>
  lot.renews ?? (lot.cause.kind === 'undo' ? (holdOf(account, lot.cause.redemptionId)?.captured ?? []) : []);

const lotOf = (account: Account, lotId: string): Lot | undefined => account.lots.find((lot) => lot.lotId === lotId);

/** How many points of a lot can have come from these lots; a lot is only ever made of earlier ones. */
const partFrom = (account: Account, lot: Lot | undefined, ids: ReadonlySet<string>): number => {
  if (lot === undefined) return 0;
  const parts = renewalsOf(account, lot).map(({ lotId, points }) =>
    ids.has(lotId) ? points : Math.min(points, partFrom(account, lotOf(account, lotId), ids)),
  );
  return Math.min(
    lot.points,
    parts.reduce((sum, part) => sum + part, 0),
  );
};

const idsOf = (lots: readonly Lot[]): ReadonlySet<string> => new Set(lots.map(({ lotId }) => lotId));

/** What a sale may call its own of lots, beside those that it earned. */
export interface Renewed {
  /** The lots that points of the sale became when they were given back after their end. */
  readonly lots: readonly Lot[];
  /** How many points of a lot are the sale's, less what has been used. */
  left(lotId: string): number;
  /** Counts points of a lot as used. */
  use(lotId: string, points: number): void;
}

/**
 * What became of points of these lots when they were given back after their end: of each lot at most what came from
 * them, and of all together no more than that, however often they were given back.
 */
export const renewedOf = (account: Account, lots: readonly Lot[]): Renewed => {
  const ids = idsOf(lots);
  const found = account.lots.filter(({ cause }) => cause.kind === 'undo');
  const parts = new Map(found.map((lot) => [lot.lotId, partFrom(account, lot, ids)]));
  let all = found
    .flatMap((lot) => renewalsOf(account, lot))
    .reduce((sum, { lotId, points }) => (ids.has(lotId) ? sum + points : sum), 0);
  return {
    lots: found.filter(({ lotId }) => (parts.get(lotId) ?? 0) > 0),
    left: (lotId) => Math.min(all, parts.get(lotId) ?? 0),
    use: (lotId, points) => {
      all -= points;
      parts.set(lotId, (parts.get(lotId) ?? 0) - points);
    },
  };
};

/** The account after a return has taken so many points of a lot: that much less of it is from these lots. */
export const lessRenewed = (account: Account, lotId: string, ids: ReadonlySet<string>, points: number): Account => {
  const lot = lotOf(account, lotId);
  if (lot?.cause.kind !== 'undo') return account;
  let left = points;
  let after = account;
  const renews = renewalsOf(account, lot).map((part) => {
    const less = Math.min(left, ids.has(part.lotId) ? part.points : partFrom(after, lotOf(after, part.lotId), ids));
    left -= less;
    if (ids.has(part.lotId)) return { lotId: part.lotId, points: part.points - less };
    after = lessRenewed(after, part.lotId, ids, less);
    return part;
  });
  return { ...after, lots: changed(after.lots, lotId, (each) => ({ ...each, renews })) };
};
