import type { Instant } from '#libs/platform/kernel/instant';
import type { Account, Hold, Slice } from './account.state';
import type { HoldEvent } from './holds.events';
import { changed, moved, sumOf } from './lots';

/** The redemption of an id. */
export const holdOf = (account: Account, redemptionId: string): Hold | undefined =>
  account.holds.find((hold) => hold.redemptionId === redemptionId);

/** Where a redemption stands: `lapsed` follows from the instant alone. */
export const statusOf = (hold: Hold, at: Instant): 'held' | 'captured' | 'voided' | 'lapsed' =>
  hold.status === 'held' && hold.until <= at ? 'lapsed' : hold.status;

/** What of a captured redemption has not been given back, slice by slice, in the order it was taken. */
export const capturedOf = (hold: Hold): readonly Slice[] => {
  const back: Record<string, number> = {};
  for (const slice of hold.undone) back[slice.lotId] = (back[slice.lotId] ?? 0) + slice.points;
  return hold.captured
    .map((slice) => ({ ...slice, points: slice.points - (back[slice.lotId] ?? 0) }))
    .filter((slice) => slice.points > 0);
};

/** Points of a redemption that are spent at present. */
export const spentOf = (hold: Hold): number => sumOf(capturedOf(hold));

const withHold = (account: Account, redemptionId: string, change: (hold: Hold) => Hold): Account => ({
  ...account,
  holds: account.holds.map((hold) => (hold.redemptionId === redemptionId ? change(hold) : hold)),
});

const undone = (account: Account, event: Extract<HoldEvent, { type: 'RedemptionUndone' }>): Account => {
  const { redemptionId, slices, lost, grace } = event.data;
  let lots = moved(account.lots, slices, 1);
  for (const slice of lost)
    lots = changed(lots, slice.lotId, (lot) => ({ ...lot, expired: lot.expired + slice.points }));
  for (const moment of grace) lots = changed(lots, moment.lotId, (lot) => ({ ...lot, expiresAt: moment.expiresAt }));
  return withHold({ ...account, lots }, redemptionId, (hold) => ({
    ...hold,
    undone: [...hold.undone, ...slices, ...lost],
  }));
};

/** Applies a fact about redemptions. */
export const evolveHolds = (account: Account, event: HoldEvent): Account => {
  switch (event.type) {
    case 'PointsHeld': {
      const hold: Hold = { ...event.data, status: 'held', captured: [], undone: [] };
      return { ...account, holds: [...account.holds, hold] };
    }
    case 'HoldCaptured': {
      const { redemptionId, slices, purchaseId, valueMinor } = event.data;
      return withHold({ ...account, lots: moved(account.lots, slices, -1) }, redemptionId, (hold) => ({
        ...hold,
        status: 'captured',
        captured: slices,
        ...(purchaseId === undefined ? {} : { purchaseId }),
        ...(valueMinor === undefined ? {} : { valueMinor }),
      }));
    }
    case 'HoldVoided':
      return withHold(account, event.data.redemptionId, (hold) => ({ ...hold, status: 'voided' }));
    case 'RedemptionUndone':
      return undone(account, event);
  }
};
