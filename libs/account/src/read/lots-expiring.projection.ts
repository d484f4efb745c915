import { idOf } from '#libs/platform/kernel/decider';
import type { Projection, RowKey } from '#libs/platform/read-models/projection';
import type { Fact } from '#libs/platform/runtime/fact';
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

const rescheduled = (
  row: Row | undefined,
  {
    data,
  }: { readonly data: { readonly lots: readonly { readonly lotId: string; readonly expiresAt: number | null }[] } },
  key: RowKey,
): Row | null => {
  const lot = data.lots.find(({ lotId }) => lotId === lotOf(key));
  return row === undefined || lot === undefined ? (row ?? null) : { ...row, expiresAt: lot.expiresAt };
};

/** Every lot until its end, with what it still holds. */
export const lotsExpiring: Projection<Row, AccountEvent> = {
  name: 'lots-expiring',
  version: 1,
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
    ExpiryExtended: rescheduled,
    ExtensionWithdrawn: rescheduled,
    PointsDeducted: less(-1),
    PointsConverted: less(-1),
    HoldCaptured: less(-1),
    PointsReversed: less(-1),
    DebtRepaid: less(-1),
    RedemptionUndone: (row, { data }, key) => {
      if (row === undefined) return null;
      const expiresAt = data.grace.find(({ lotId }) => lotId === lotOf(key))?.expiresAt ?? row.expiresAt;
      return { ...row, expiresAt, points: row.points + pointsIn(data.slices, lotOf(key)) };
    },
  },
};
