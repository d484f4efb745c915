import type { Lot, Slice } from './account.state';
import type { Draft } from './draft';
import {
  bySpendingOrder,
  heldByLot,
  isActive,
  isExpired,
  isPending,
  sliceOf,
  sumOf,
  take,
  takeable,
  type Takeable,
} from './lots';
import { renewedOf } from './renewals';

/** Where a return finds its points. */
export interface Taken {
  readonly slices: readonly Slice[];
  /** By lot: points that have expired already, counted and not taken again. */
  readonly expired: ReadonlyMap<string, number>;
  readonly debt: number;
  /** Of the debt, points on hold that pay it off once they are free. */
  readonly waiting: readonly Slice[];
  readonly forgiven: number;
}

/** What a return looks for. */
export interface Wanted {
  /** The lots that the sale earned in the wallet. */
  readonly lots: readonly Lot[];
  readonly wallet: string;
  readonly points: number;
  readonly reach: 'onlyPending' | 'withinBalance' | 'unlimited';
}

/** What open holds keep and no return is owed yet: of the sale's own lots, ended or not, then of the other active ones. */
const heldIn = ({ account, now }: Draft, wallet: string, isOwn: (lot: Lot) => boolean): Takeable => {
  const held = heldByLot(account, now);
  const items = account.lots
    .filter((lot) => lot.wallet === wallet && (isOwn(lot) || isActive(lot, now)))
    .sort(bySpendingOrder)
    .map((lot) => ({ lot, points: Math.max(0, (held[lot.lotId] ?? 0) - (lot.pledged ?? 0)) }))
    .filter(({ points }) => points > 0);
  return [...items.filter(({ lot }) => isOwn(lot)), ...items.filter(({ lot }) => !isOwn(lot))];
};

/**
 * Where the points come from: what is pending of the sale, what is left of it, what of it has expired (not taken
 * twice), other active points, debt; each as far as the wallet's reach goes. The rest is forgiven. Points that are over
 * but still there end with this very decision; it takes those before any others. Points on hold are within the balance:
 * they are owed, and pay as soon as they come free.
 */
export const takeBack = (draft: Draft, { lots, wallet, points, reach }: Wanted): Taken => {
  const { account, now } = draft;
  const earned = new Set(lots.map(({ lotId }) => lotId));
  const renewed = renewedOf(account, lots);
  const isOwn = ({ lotId }: Lot): boolean => earned.has(lotId) || renewed.left(lotId) > 0;
  const mostOf = ({ lotId }: Lot): number => (earned.has(lotId) ? Number.MAX_SAFE_INTEGER : renewed.left(lotId));
  const slices: Slice[] = [];
  const gone = (lot: Lot): number => sumOf(slices.filter(({ lotId }) => lotId === lot.lotId));
  let left = points;
  const from = (which: (lot: Lot) => boolean, most: (lot: Lot) => number = () => left): void => {
    for (const { lot, points: there } of takeable(account, now, which)) {
      const part = Math.min(left, there - gone(lot), most(lot));
      if (part <= 0) continue;
      slices.push(sliceOf(lot, part));
      if (!earned.has(lot.lotId)) renewed.use(lot.lotId, Math.min(part, renewed.left(lot.lotId)));
      left -= part;
    }
  };
  from((lot) => isOwn(lot) && isPending(lot, now), mostOf);
  if (reach !== 'onlyPending') from((lot) => isOwn(lot) && isActive(lot, now), mostOf);
  from((lot) => isOwn(lot) && isExpired(lot, now), mostOf);
  const expired = new Map<string, number>();
  for (const lot of [...lots, ...renewed.lots]) {
    const part = Math.min(left, lot.expired - lot.expiredReversed, mostOf(lot));
    if (part <= 0) continue;
    expired.set(lot.lotId, part);
    if (!earned.has(lot.lotId)) renewed.use(lot.lotId, part);
    left -= part;
  }
  if (reach === 'onlyPending') return { slices, expired, debt: 0, waiting: [], forgiven: left };
  from((lot) => lot.wallet === wallet && !isPending(lot, now));
  const waiting = take(heldIn(draft, wallet, isOwn), left);
  const debt = reach === 'unlimited' ? left : sumOf(waiting);
  return { slices, expired, debt, waiting, forgiven: left - debt };
};
