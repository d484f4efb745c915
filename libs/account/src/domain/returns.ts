import {
  type Account,
  debtOf,
  type Lot,
  type PackedSale,
  type Qualifying,
  type ReturnedLine,
  type Sale,
} from './account.state';
import { appended, type Changing, changedWhere } from './copies';
import { moved, sumOf } from './lots';
import { paidOff, pledged } from './pledges';
import { lessRenewed } from './renewals';
import type { PointsReversed, ReturnEvent } from './returns.events';

/** What has come back of a line so far. */
export const returnedOf = (sale: Pick<Sale, 'returned'>, lineNo: number): ReturnedLine =>
  sale.returned.find((line) => line.lineNo === lineNo) ?? { lineNo, quantity: 0, amountMinor: 0, spreadMinor: 0 };

/** The sale with more of it come back. */
export const withReturned = <S extends Pick<Sale, 'returned'>>(sale: S, lines: readonly ReturnedLine[]): S => {
  const touched = lines.map((line) => {
    const before = returnedOf(sale, line.lineNo);
    return {
      lineNo: line.lineNo,
      quantity: before.quantity + line.quantity,
      amountMinor: before.amountMinor + line.amountMinor,
      spreadMinor: before.spreadMinor + line.spreadMinor,
    };
  });
  const untouched = sale.returned.filter((line) => !touched.some((each) => each.lineNo === line.lineNo));
  return { ...sale, returned: [...untouched, ...touched] };
};

const changeQualifying = (
  account: Changing<Account>,
  source: string,
  change: (entry: Qualifying) => Qualifying,
): void => {
  account.qualifying = changedWhere(account.qualifying, (entry) => entry.source === source, change);
};

const giveBack = (account: Changing<Account>, event: Extract<ReturnEvent, { type: 'PurchaseReturned' }>): void => {
  const { returnId, purchaseId, content, lines, qualifyingMinor } = event.data;
  const record = { returnId, content, purchaseId, parked: false };
  const isSale = (sale: PackedSale): boolean => sale.purchaseId === purchaseId;
  account.sales = changedWhere(account.sales, isSale, (sale) => withReturned(sale, lines));
  account.returns = [...account.returns.filter((each) => each.returnId !== returnId), record];
  changeQualifying(account, purchaseId, (entry) => ({
    ...entry,
    netSpendMinor: qualifyingMinor,
  }));
};

/** Points on hold are pledged for what of the debt they are; the sale's own, wherever they went, for the rest. */
const pledgedFor = (
  lots: readonly Lot[],
  { purchaseId, wallet, debt, waiting = [] }: PointsReversed['data'],
): readonly Lot[] => {
  const own = lots.find((lot) => lot.occasion === purchaseId && lot.wallet === wallet);
  const onHold = waiting.reduce((after, { lotId, points }) => pledged(after, lotId, points), lots);
  return pledged(onHold, own?.lotId, debt - sumOf(waiting));
};

/** What the return takes of lots that points of the sale became is the sale's no more. */
const renewalsAfter = (
  account: Account,
  { purchaseId, wallet, slices, origins }: PointsReversed['data'],
): readonly Lot[] => {
  const own = account.lots.filter((lot) => lot.occasion === purchaseId && lot.wallet === wallet);
  const ids = new Set(own.map(({ lotId }) => lotId));
  const used = [...slices, ...origins.map(({ lotId, expired }) => ({ lotId, points: expired }))];
  return used.reduce((after, { lotId, points }) => lessRenewed(after, lotId, ids, points), account).lots;
};

const reverse = (account: Changing<Account>, event: Extract<ReturnEvent, { type: 'PointsReversed' }>): void => {
  const { purchaseId, wallet, points, forgiven, slices, origins } = event.data;
  account.lots = renewalsAfter(account, event.data);
  account.lots = moved(pledgedFor(account.lots, event.data), slices, -1).map((lot) => {
    const origin = origins.find((each) => each.lotId === lot.lotId);
    return origin === undefined
      ? lot
      : {
          ...lot,
          reversed: lot.reversed + origin.points,
          expiredReversed: lot.expiredReversed + origin.expired,
        };
  });
  changeQualifying(account, purchaseId, (entry) => ({
    ...entry,
    points: { ...entry.points, [wallet]: (entry.points[wallet] ?? 0) - points - forgiven },
  }));
};

const owe = (account: Changing<Account>, wallet: string, points: number): void => {
  account.debts = { ...account.debts, [wallet]: debtOf(account, wallet) + points };
};

/** Applies a fact about returns and debt. */
export const evolveReturns = (account: Changing<Account>, event: ReturnEvent): void => {
  switch (event.type) {
    case 'PurchaseReturned':
      return giveBack(account, event);
    case 'ReturnParked': {
      const { returnId, purchaseId, content, request } = event.data;
      const record = { returnId, content, purchaseId, parked: true, request };
      account.returns = appended(account.returns, record);
      return;
    }
    case 'PointsReversed':
      return reverse(account, event);
    case 'DebtIncurred':
      return owe(account, event.data.wallet, event.data.points);
    case 'DebtRepaid':
      account.lots = moved(paidOff(account.lots, event.data.slices), event.data.slices, -1);
      return owe(account, event.data.wallet, -event.data.points);
  }
};
