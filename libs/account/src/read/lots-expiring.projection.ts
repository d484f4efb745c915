import { idOf } from '#libs/platform/kernel/decider';
import type { Projection, RowKey } from '#libs/platform/read-models/projection';
import type { Fact, FactOf } from '#libs/platform/runtime/fact';
import type { AccountEvent } from '../domain/account.events';
import type { Slice } from '../domain/account.state';
import { ExpiringLot } from './lots-expiring.entity';

type Row = ExpiringLot;

/** The lots that a fact touches. */
const lotsIn = (event: AccountEvent): readonly string[] => {
  switch (event.type) {
    case 'PointsEarned':
    case 'PointsExpired':
      return [event.data.lotId];
    case 'PointsActivated':
    case 'ExpiryExtended':
    case 'ExtensionWithdrawn':
      return event.data.lots.map(({ lotId }) => lotId);
    case 'RedemptionUndone':
      return [...new Set([...event.data.slices, ...event.data.grace].map(({ lotId }) => lotId))];
    case 'PointsDeducted':
    case 'PointsConverted':
    case 'HoldCaptured':
    case 'PointsReversed':
    case 'DebtRepaid':
      return [...new Set(event.data.slices.map(({ lotId }) => lotId))];
    default:
      return [];
  }
};

const pointsIn = (slices: readonly Slice[], lotId: string): number =>
  slices.reduce((sum, slice) => (slice.lotId === lotId ? sum + slice.points : sum), 0);

const lotOf = (key: RowKey): string => String(key[1]);

/** A row stays when its lot is empty, since an undone redemption may fill it again; it goes with the lot's end. */
const less =
  (sign: 1 | -1) =>
  (row: Row | undefined, { data }: { readonly data: { readonly slices: readonly Slice[] } }, key: RowKey) =>
    row === undefined ? null : { ...row, points: row.points + sign * pointsIn(data.slices, lotOf(key)) };

interface Rescheduling {
  readonly lots: readonly { readonly lotId: string; readonly expiresAt: number | null }[];
}

const rescheduled = (row: Row | undefined, { data }: { readonly data: Rescheduling }, key: RowKey): Row | null => {
  const lot = data.lots.find(({ lotId }) => lotId === lotOf(key));
  return row === undefined || lot === undefined ? (row ?? null) : { ...row, expiresAt: lot.expiresAt };
};

/** The row of a lot that had gone with its end: points that were spent of it are about to come back. */
const again = (
  { streamId, data: { wallet } }: FactOf<AccountEvent, 'ExpiryExtended' | 'RedemptionUndone'>,
  key: RowKey,
): Row => ({
  ...{ memberId: idOf(streamId), lotId: lotOf(key), wallet },
  ...{ issuingStore: '', points: 0, expiresAt: null },
});

/** Gives points back to a lot; the slices know who issued them, the days of grace when they end. */
const refilled = (row: Row | undefined, fact: FactOf<AccountEvent, 'RedemptionUndone'>, key: RowKey): Row => {
  const lot = row ?? again(fact, key);
  const { slices, grace } = fact.data;
  const { issuingStore = lot.issuingStore } = slices.find(({ lotId }) => lotId === lot.lotId) ?? {};
  const { expiresAt } = grace.find(({ lotId }) => lotId === lot.lotId) ?? lot;
  return { ...lot, issuingStore, expiresAt, points: lot.points + pointsIn(slices, lot.lotId) };
};

/** Every lot until its end, with what it still holds. */
export const lotsExpiring: Projection<Row, AccountEvent> = {
  name: 'lots-expiring',
  version: 2,
  entity: ExpiringLot,
  keysOf: (fact: Fact): readonly RowKey[] =>
    lotsIn(fact as unknown as AccountEvent).map((lotId) => [idOf(fact.streamId), lotId]),
  makes: ['PointsEarned'],
  on: {
    PointsEarned: (_, { streamId, data: { lotId, wallet, issuingStore = '', points, expiresAt } }) => ({
      memberId: idOf(streamId),
      lotId,
      wallet,
      issuingStore,
      points,
      expiresAt,
    }),
    PointsExpired: (row, { data }) =>
      row === undefined || row.points <= data.points ? null : { ...row, points: row.points - data.points },
    PointsActivated: rescheduled,
    ExpiryExtended: (row, fact, key) => rescheduled(row ?? again(fact, key), fact, key),
    ExtensionWithdrawn: rescheduled,
    PointsDeducted: less(-1),
    PointsConverted: less(-1),
    HoldCaptured: less(-1),
    PointsReversed: less(-1),
    DebtRepaid: less(-1),
    RedemptionUndone: refilled,
  },
};
