import { type Account, debtOf, type Qualifying, type ReturnedLine, type Sale } from './account.state';
import { moved } from './lots';
import type { ReturnEvent } from './returns.events';

/** What has come back of a line so far. */
export const returnedOf = (sale: Sale, lineNo: number): ReturnedLine =>
  sale.returned.find((line) => line.lineNo === lineNo) ?? { lineNo, quantity: 0, amountMinor: 0, spreadMinor: 0 };

/** The sale with more of it come back. */
export const withReturned = (sale: Sale, lines: readonly ReturnedLine[]): Sale => {
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

const withQualifying = (account: Account, source: string, change: (entry: Qualifying) => Qualifying): Account => ({
  ...account,
  qualifying: account.qualifying.map((entry) => (entry.source === source ? change(entry) : entry)),
});

const returned = (account: Account, event: Extract<ReturnEvent, { type: 'PurchaseReturned' }>): Account => {
  const { returnId, purchaseId, content, lines, qualifyingMinor } = event.data;
  const record = { returnId, content, purchaseId, parked: false };
  const sales = account.sales.map((sale) => (sale.purchaseId === purchaseId ? withReturned(sale, lines) : sale));
  const returns = [...account.returns.filter((each) => each.returnId !== returnId), record];
  return withQualifying({ ...account, sales, returns }, purchaseId, (entry) => ({
    ...entry,
    netSpendMinor: qualifyingMinor,
  }));
};

const reversed = (account: Account, event: Extract<ReturnEvent, { type: 'PointsReversed' }>): Account => {
  const { purchaseId, wallet, points, forgiven, slices, origins } = event.data;
  const lots = moved(account.lots, slices, -1).map((lot) => {
    const origin = origins.find((each) => each.lotId === lot.lotId);
    return origin === undefined
      ? lot
      : {
          ...lot,
          reversed: lot.reversed + origin.points,
          expiredReversed: lot.expiredReversed + origin.expired,
        };
  });
  return withQualifying({ ...account, lots }, purchaseId, (entry) => ({
    ...entry,
    points: { ...entry.points, [wallet]: (entry.points[wallet] ?? 0) - points - forgiven },
  }));
};

const owing = (account: Account, wallet: string, points: number): Account => ({
  ...account,
  debts: { ...account.debts, [wallet]: debtOf(account, wallet) + points },
});

/** Applies a fact about returns and debt. */
export const evolveReturns = (account: Account, event: ReturnEvent): Account => {
  switch (event.type) {
    case 'PurchaseReturned':
      return returned(account, event);
    case 'ReturnParked': {
      const { returnId, purchaseId, content, request } = event.data;
      const record = { returnId, content, purchaseId, parked: true, request };
      return { ...account, returns: [...account.returns, record] };
    }
    case 'PointsReversed':
      return reversed(account, event);
    case 'DebtIncurred':
      return owing(account, event.data.wallet, event.data.points);
    case 'DebtRepaid':
      return owing(
        { ...account, lots: moved(account.lots, event.data.slices, -1) },
        event.data.wallet,
        -event.data.points,
      );
  }
};
