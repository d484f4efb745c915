import type { Projection, RowKey } from '#libs/platform/read-models/projection';
import type { Fact } from '#libs/platform/runtime/fact';
import type { AccountEvent } from '../domain/account.events';
import { dayOf } from './business-day';
import { flowsOf, type FlowKind } from './flows';
import { StoreDayPoints } from './store-day-points.entity';

type Row = StoreDayPoints;

/** Whether a flow into lots counts up (+) or down (−) in its column. */
const signs: Readonly<Record<FlowKind, 1 | -1>> = {
  issued: 1,
  spent: -1,
  expired: -1,
  reversed: -1,
  adjusted: 1,
  converted: 1,
};

const none = { issued: 0, spent: 0, expired: 0, reversed: 0, adjusted: 0, converted: 0 };

const counted = (known: Row | undefined, fact: Fact, key: RowKey): Row => {
  const [storeId, wallet, day] = key as readonly [string, string, string];
  const row: Row = { ...(known ?? { storeId, wallet, day, ...none }) };
  for (const flow of flowsOf(fact as unknown as AccountEvent)) {
    if (flow.issuingStore === storeId) row[flow.kind] += signs[flow.kind] * flow.points;
  }
  return row;
};

/** The books of each store, wallet by wallet and day by day. */
export const storeDayPoints: Projection<Row, AccountEvent> = {
  name: 'store-day-points',
  version: 1,
  entity: StoreDayPoints,
  keysOf: (fact: Fact): readonly RowKey[] => {
    const flows = flowsOf(fact as unknown as AccountEvent);
    const day = dayOf(fact);
    const keys: RowKey[] = [];
    for (const { issuingStore, wallet } of flows)
      if (!keys.some(([store]) => store === issuingStore)) keys.push([issuingStore, wallet, day]);
    return keys;
  },
  on: {
    PointsEarned: counted,
    PointsExpired: counted,
    PointsDeducted: counted,
    PointsConverted: counted,
    HoldCaptured: counted,
    RedemptionUndone: counted,
    PointsReversed: counted,
    DebtRepaid: counted,
  },
};
