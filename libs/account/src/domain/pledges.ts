import type { Lot, Slice } from './account.state';
import { changed } from './lots';

/** The lots of one sale in one wallet answer for each other; any other lot for itself. */
const answersFor = (lot: Lot, other: Lot): boolean =>
  lot.lotId === other.lotId ||
  (lot.occasion !== undefined && lot.occasion === other.occasion && lot.wallet === other.wallet);

/** Of the debt that returns made because points of this lot (or of its sale) were not there, what is not paid off. */
export const pledgedBy = (lots: readonly Lot[], lotId: string): number => {
  const lot = lots.find((each) => each.lotId === lotId);
  if (lot === undefined) return 0;
  return lots.reduce((sum, each) => (answersFor(lot, each) ? sum + (each.pledged ?? 0) : sum), 0);
};

/** The lots with so much more of a debt to be paid off by one of them, should its points come free. */
export const pledged = (lots: readonly Lot[], lotId: string | undefined, points: number): readonly Lot[] =>
  lotId === undefined || points === 0
    ? lots
    : changed(lots, lotId, (lot) => ({ ...lot, pledged: (lot.pledged ?? 0) + points }));

const lessPledged = (lot: Lot, points: number): Lot => {
  const { pledged: before = 0, ...others } = lot;
  return before <= points ? others : { ...others, pledged: before - points };
};

/** The lots after points of one of them paid debt off: its own pledge shrinks by as much, then those of its sale. */
const paidBy = (lots: readonly Lot[], { lotId, points }: Slice): readonly Lot[] => {
  const payer = lots.find((each) => each.lotId === lotId);
  if (payer === undefined) return lots;
  const own = Math.min(points, payer.pledged ?? 0);
  let left = points - own;
  return lots.map((lot) => {
    const less = lot === payer ? own : answersFor(payer, lot) ? Math.min(left, lot.pledged ?? 0) : 0;
    if (less === 0) return lot;
    if (lot !== payer) left -= less;
    return lessPledged(lot, less);
  });
};

/** The lots after slices of them paid debt off. */
export const paidOff = (lots: readonly Lot[], slices: readonly Slice[]): readonly Lot[] => slices.reduce(paidBy, lots);

/** The part of slices that pays off, out of a debt, what their sales' returns had made of it. */
export const payingPart = (lots: readonly Lot[], slices: readonly Slice[], debt: number): readonly Slice[] => {
  const paying: Slice[] = [];
  let left = debt;
  let after = lots;
  for (const slice of slices) {
    const points = Math.min(slice.points, left, pledgedBy(after, slice.lotId));
    if (points === 0) continue;
    const part = { ...slice, points };
    paying.push(part);
    after = paidBy(after, part);
    left -= points;
  }
  return paying;
};
