import { z } from 'zod';
import { eventType } from '#libs/platform/kernel/event-catalogue';
import type { ParkedReturn, ReturnedGoods, ReturnedLine, Slice, TicketPlace } from './account.state';
import type { Fact, Ordinal } from './fact';
import { count, id, instant, ordinal, positive, returnedLine, returnPlace, slices } from './schemas';

/** Goods came back. `lines` is what came back this time. */
export type PurchaseReturned = Fact<
  'PurchaseReturned',
  {
    readonly returnId: string;
    readonly purchaseId: string;
    readonly place: TicketPlace & { readonly storeId: string; readonly businessDate: string };
    readonly content: string;
    readonly lines: readonly ReturnedLine[];
    readonly qualifyingMinor: number;
    /** True when the return had waited for its sale: its number has been taken since then. */
    readonly parked?: boolean;
  }
>;

/** A return whose sale is not known yet (tills sync out of order): booked when the sale arrives. */
export type ReturnParked = Fact<
  'ReturnParked',
  { readonly returnId: string; readonly purchaseId: string; readonly content: string; readonly request: ParkedReturn }
>;

/**
 * Points taken back after a return. `points` + `forgiven` is what the return is worth; `points` came from `slices`, from
 * points that had expired already (`fromExpired`), and as new debt (`debt`).
 */
export type PointsReversed = Fact<
  'PointsReversed',
  {
    readonly returnId: string;
    readonly purchaseId: string;
    readonly wallet: string;
    readonly points: number;
    readonly forgiven: number;
    readonly fromExpired: number;
    readonly debt: number;
    readonly slices: readonly Slice[];
    /** The sale's lots that the reversal counts against; `expired` is the part that had run out. */
    readonly origins: readonly { readonly lotId: string; readonly points: number; readonly expired: number }[];
    /** Of `debt`, points that were on hold: they pay it off when they come free. Absent: none. */
    readonly waiting?: readonly Slice[];
  }
>;

/** A return took back more than there was. */
export type DebtIncurred = Fact<
  'DebtIncurred',
  { readonly wallet: string; readonly points: number; readonly returnId: string }
>;

/** Active points paid debt off. */
export type DebtRepaid = Fact<
  'DebtRepaid',
  { readonly wallet: string; readonly points: number; readonly slices: readonly Slice[]; readonly ordinal: Ordinal }
>;

/** Every fact about returns and debt. */
export type ReturnEvent = PurchaseReturned | ReturnParked | PointsReversed | DebtIncurred | DebtRepaid;

const goods: z.ZodType<ReturnedGoods> = z.union([
  z.strictObject({
    kind: z.literal('lines'),
    lines: z.array(z.strictObject({ lineNo: z.int(), quantity: positive })),
  }),
  z.strictObject({ kind: z.literal('amount'), amountMinor: positive }),
]);

/** Their types and schemas. */
export const returnEventTypes = [
  eventType<PurchaseReturned['data']>(
    'PurchaseReturned',
    z.strictObject({
      returnId: id,
      purchaseId: id,
      place: returnPlace,
      content: z.string(),
      lines: z.array(returnedLine),
      qualifyingMinor: count,
      parked: z.boolean().exactOptional(),
    }),
  ),
  eventType<ReturnParked['data']>(
    'ReturnParked',
    z.strictObject({
      returnId: id,
      purchaseId: id,
      content: z.string(),
      request: z.strictObject({ place: returnPlace, occurredAt: instant, goods }),
    }),
  ),
  eventType<PointsReversed['data']>(
    'PointsReversed',
    z.strictObject({
      returnId: id,
      purchaseId: id,
      wallet: id,
      points: count,
      forgiven: count,
      fromExpired: count,
      debt: count,
      slices,
      origins: z.array(z.strictObject({ lotId: id, points: count, expired: count })),
      waiting: slices.exactOptional(),
    }),
  ),
  eventType<DebtIncurred['data']>('DebtIncurred', z.strictObject({ wallet: id, points: positive, returnId: id })),
  eventType<DebtRepaid['data']>('DebtRepaid', z.strictObject({ wallet: id, points: positive, slices, ordinal })),
];
