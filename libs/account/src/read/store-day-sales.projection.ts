import type { Projection, RowKey } from '#libs/platform/read-models/projection';
import type { AnyFactOf } from '#libs/platform/runtime/fact';
import type { AccountEvent } from '../domain/account.events';
import { dayOf } from './business-day';
import { StoreDaySales } from './store-day-sales.entity';
import { netMinorOf } from './ticket-worth';

type Row = StoreDaySales;

const rowOf = (known: Row | undefined, key: RowKey): Row => {
  const [storeId, day] = key as readonly [string, string];
  return known ?? { storeId, day, sales: 0, netMinor: 0, returns: 0, returnedMinor: 0, visits: 0 };
};

const keysOf = (fact: AnyFactOf<AccountEvent>): readonly RowKey[] => {
  switch (fact.type) {
    case 'PurchaseRecorded':
      return [[fact.data.ticket.storeId, fact.data.ticket.businessDate]];
    case 'PurchaseReturned':
      return [[fact.data.place.storeId, fact.data.place.businessDate]];
    case 'VisitRecorded':
      return [[fact.data.storeId, dayOf(fact)]];
    default:
      return [];
  }
};

/** What each store sold to members, day by day. */
export const storeDaySales: Projection<Row, AccountEvent> = {
  name: 'store-day-sales',
  version: 1,
  entity: StoreDaySales,
  keysOf,
  on: {
    PurchaseRecorded: (known, { data: { ticket } }, key) => {
      const row = rowOf(known, key);
      return { ...row, sales: row.sales + 1, netMinor: row.netMinor + netMinorOf(ticket) };
    },
    PurchaseReturned: (known, { data: { lines } }, key) => {
      const row = rowOf(known, key);
      const back = lines.reduce((sum, line) => sum + line.amountMinor, 0);
      return { ...row, returns: row.returns + 1, returnedMinor: row.returnedMinor + back };
    },
    VisitRecorded: (known, _, key) => {
      const row = rowOf(known, key);
      return { ...row, visits: row.visits + 1 };
    },
  },
};
