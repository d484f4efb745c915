import type { Instant } from '#libs/platform/kernel/instant';
import type { Account, Hold, Slice } from './account.state';
import { appended, type Changing, changedWhere } from './copies';
import type { HoldEvent } from './holds.events';
import { changed, moved, restarted, sumOf } from './lots';

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

const changeHold = (account: Changing<Account>, redemptionId: string, change: (hold: Hold) => Hold): void => {
  account.holds = changedWhere(account.holds, (hold) => hold.redemptionId === redemptionId, change);
};

const undo = (account: Changing<Account>, event: Extract<HoldEvent, { type: 'RedemptionUndone' }>): void => {
  const { redemptionId, slices, lost, grace, fresh } = event.data;
  let lots = moved(account.lots, slices, 1);
  for (const slice of fresh === undefined ? lost : [])
    lots = changed(lots, slice.lotId, (lot) => ({ ...lot, expired: lot.expired + slice.points }));
  for (const moment of grace) lots = changed(lots, moment.lotId, (lot) => restarted(lot, event.at, moment.expiresAt));
  account.lots = lots;
  changeHold(account, redemptionId, (hold) => ({
    ...hold,
    undone: [...hold.undone, ...slices, ...lost],
  }));
};

/** Applies a fact about redemptions. */
export const evolveHolds = (account: Changing<Account>, event: HoldEvent): void => {
  switch (event.type) {
    case 'PointsHeld': {
      const hold: Hold = { ...event.data, status: 'held', captured: [], undone: [] };
      account.holds = appended(account.holds, hold);
      return;
    }
    case 'HoldCaptured': {
      const { redemptionId, slices, purchaseId, valueMinor } = event.data;
      account.lots = moved(account.lots, slices, -1);
      return changeHold(account, redemptionId, (hold) => ({
        ...hold,
        status: 'captured',
        capturedAt: event.at,
        captured: slices,
        ...(purchaseId === undefined ? {} : { purchaseId }),
        ...(valueMinor === undefined ? {} : { valueMinor }),
      }));
    }
    case 'HoldVoided':
      return changeHold(account, event.data.redemptionId, (hold) => ({ ...hold, status: 'voided' }));
    case 'RedemptionUndone':
      return undo(account, event);
  }
};
