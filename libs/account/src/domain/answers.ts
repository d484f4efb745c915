import { type Instant, toText } from '#libs/platform/kernel/instant';
import type { Conversion } from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Account, Slice, Voucher } from './account.state';
import { evolve } from './account.evolve';
import { holdOf, spentOf, statusOf } from './holds';
import type { PointsEarned } from './lots.events';
import { sumOf } from './lots';
import { balancesOf, tierOf, type TierView, type WalletBalance } from './overview';
import { tierCodeAt } from './tier-path';
import { reasonsIn, type ToldReasons } from './told-sale';
import { voucherOf, voucherStatus } from './vouchers';

/** An accepted command: the account before it, the facts it stated, the account after them, and when. */
export interface Told {
  readonly before: Account;
  readonly events: readonly AccountEvent[];
  readonly after: Account;
  readonly now: Instant;
}

/** The facts of one type among those stated. */
const stated = <T extends AccountEvent['type']>(
  events: readonly AccountEvent[],
  type: T,
): readonly Extract<AccountEvent, { type: T }>[] =>
  events.filter((event): event is Extract<AccountEvent, { type: T }> => event.type === type);

/** Points that one rule gave. Instants are RFC 3339 texts; null where there is none. */
export interface EarnedView {
  readonly wallet: string;
  readonly points: number;
  readonly rule: string;
  readonly programmeVersion: number;
  readonly activeFrom: string | null;
  readonly expiresAt: string | null;
  readonly lotId: string;
  readonly lines: readonly { readonly lineNo: number; readonly points: number }[];
  readonly multipliers: readonly { readonly rule: string; readonly num: number; readonly den: number }[];
}

/** A rule that gave nothing; `rule` is absent when no rule was asked, as without a programme. */
export interface NotEarnedView {
  readonly rule?: string;
  readonly because: string;
}

/** The tier after a command. */
export type TierChange = TierView & { readonly changed: boolean; readonly from?: string };

/** What an occasion brought. */
export interface Result {
  readonly earned: readonly EarnedView[];
  readonly notEarned: readonly NotEarnedView[];
  readonly wallets: readonly WalletBalance[];
  readonly tier: TierChange | null;
}

const textOrNull = (instant: Instant | null): string | null => (instant === null ? null : toText(instant));

const earnedView = ({ data }: PointsEarned): EarnedView => ({
  wallet: data.wallet,
  points: data.points,
  rule: data.cause.kind === 'rule' ? data.cause.rule : data.cause.kind,
  programmeVersion: data.cause.kind === 'rule' ? data.cause.version : 0,
  activeFrom: textOrNull(data.activeFrom),
  expiresAt: textOrNull(data.expiresAt),
  lotId: data.lotId,
  lines: data.lines,
  multipliers: (data.multipliers ?? []).map(({ rule, num, den }) => ({ rule, num, den })),
});

/** The reasons why rules gave nothing, as they are told. */
export const notEarnedView = (fact: { readonly notEarned?: ToldReasons }): readonly NotEarnedView[] =>
  reasonsIn(fact).map(({ rule, because }) => (rule === '' ? { because } : { rule, because }));

/** The account just before the occasion itself, with what time alone had brought about by then. */
const justBefore = (told: Told, isOccasion: (event: AccountEvent) => boolean): Account => {
  const index = told.events.findIndex(isOccasion);
  return index <= 0 ? told.before : told.events.slice(0, index).reduce(evolve, told.before);
};

const tierChange = (told: Told, context: AccountContext, earlier: Account): TierChange | null => {
  const tier = tierOf(told.after, context, told.now);
  if (tier === null) return null;
  const from = tierCodeAt(earlier, context, told.now);
  const { code, ...rest } = tier;
  const changed = from !== code;
  return changed && from !== undefined ? { code, changed, from, ...rest } : { code, changed, ...rest };
};

type Occasion = Extract<AccountEvent, { type: 'PurchaseRecorded' | 'VisitRecorded' | 'ActivityRecorded' }>;

const isOccasion =
  (id: string) =>
  (event: AccountEvent): event is Occasion =>
    (event.type === 'PurchaseRecorded' && event.data.purchaseId === id) ||
    (event.type === 'VisitRecorded' && event.data.visitId === id) ||
    (event.type === 'ActivityRecorded' && event.data.activityId === id);

/** What the purchase, visit or activity of an id brought, as the facts just stated have it. */
export const resultOf = (told: Told, context: AccountContext, id: string): Result => {
  const occasion = isOccasion(id);
  return {
    earned: stated(told.events, 'PointsEarned')
      .filter((event) => event.data.occasion === id)
      .map(earnedView),
    notEarned: notEarnedView(told.events.find(occasion)?.data ?? {}),
    wallets: balancesOf(told.after, context, told.now),
    tier: tierChange(told, context, justBefore(told, occasion)),
  };
};

/** The answer to a booked ticket. */
export const purchaseAnswer = (told: Told, context: AccountContext, purchaseId: string) => ({
  purchaseId,
  duplicate: false,
  ...resultOf(told, context, purchaseId),
});

const slicesView = (slices: readonly Slice[]) => slices.map(({ lotId, points }) => ({ lotId, points }));

const reinstated = (events: readonly AccountEvent[], returnId: string) => [
  ...stated(events, 'RedemptionUndone')
    .filter(({ data }) => data.returnId === returnId)
    .map(({ data: { redemptionId, wallet, points, slices } }) => ({
      redemptionId,
      wallet,
      points,
      lots: slicesView(slices),
    })),
  ...stated(events, 'VoucherReinstated')
    .filter(({ data }) => data.returnId === returnId)
    .map(({ data: { code } }) => ({ voucherCode: code })),
];

/** The answer to a booked return. `debtIncurred` is the sum over all wallets; each entry of `reversed` names its own. */
export const returnAnswer = (told: Told, context: AccountContext, returnId: string) => {
  const reversed = stated(told.events, 'PointsReversed').filter(({ data }) => data.returnId === returnId);
  return {
    returnId,
    duplicate: false,
    reversed: reversed.map(({ data: { wallet, points, forgiven, fromExpired, debt, slices } }) => ({
      wallet,
      points,
      forgiven,
      fromExpired,
      debt,
      lots: slicesView(slices),
    })),
    debtIncurred: reversed.reduce((sum, { data }) => sum + data.debt, 0),
    reinstated: reinstated(told.events, returnId),
    wallets: balancesOf(told.after, context, told.now),
    tier: tierChange(
      told,
      context,
      justBefore(told, (event) => event.type === 'PurchaseReturned' && event.data.returnId === returnId),
    ),
  };
};

/** A voucher as the till and the member see it. */
export const voucherView = (voucher: Voucher, at: Instant) => ({
  code: voucher.code,
  benefit: voucher.benefit,
  status: voucherStatus(voucher, at),
  issuedAt: toText(voucher.issuedAt),
  expiresAt: textOrNull(voucher.expiresAt),
  origin: voucher.origin,
  ...(voucher.purchaseId === undefined ? {} : { purchaseId: voucher.purchaseId }),
});

/** A redemption as it stands; `undefined` when the account has none of this id. `points` is what is held or was spent. */
export const redemptionView = (account: Account, redemptionId: string, at: Instant) => {
  const hold = holdOf(account, redemptionId);
  if (hold === undefined) return undefined;
  const captured = hold.status === 'captured';
  const slices = captured ? hold.captured : hold.slices;
  const spent = spentOf(hold);
  const voucher = hold.voucherCode === undefined ? undefined : voucherOf(account, hold.voucherCode);
  return {
    redemptionId,
    status: captured && spent === 0 ? ('undone' as const) : statusOf(hold, at),
    wallet: hold.wallet,
    points: sumOf(slices),
    ...(hold.valueMinor === undefined ? {} : { valueMinor: hold.valueMinor }),
    slices: slicesView(slices),
    expiresAt: toText(hold.until),
    ...(captured ? { undone: sumOf(slices) - spent } : {}),
    ...(voucher === undefined ? {} : { voucher: voucherView(voucher, at) }),
  };
};

/** The answer to a redemption held, captured, given up or undone: how it stands now, and the balances. */
export const redemptionAnswer = (told: Told, context: AccountContext, redemptionId: string) => ({
  ...redemptionView(told.after, redemptionId, told.now),
  wallets: balancesOf(told.after, context, told.now),
});

/** The answer to points given or taken by hand. */
export const adjustmentAnswer = (
  told: Told,
  context: AccountContext,
  adjustment: { readonly adjustmentId: string; readonly wallet: string; readonly points: number },
) => ({
  ...adjustment,
  ...(adjustment.points > 0
    ? { lotId: adjustment.adjustmentId }
    : { slices: slicesView(stated(told.events, 'PointsDeducted')[0]?.data.slices ?? []) }),
  wallets: balancesOf(told.after, context, told.now),
});

/** The answer to a conversion at the member's wish: the points that left one wallet, and the lot they became. */
export const conversionAnswer = (told: Told, context: AccountContext, conversionId: Conversion['id']) => {
  const [left] = stated(told.events, 'PointsConverted').filter(({ data }) => data.conversionId === conversionId);
  const [made] = stated(told.events, 'PointsEarned').filter(({ data }) => data.lotId === left?.data.lotId);
  const wallets = balancesOf(told.after, context, told.now);
  if (left === undefined || made === undefined) return { conversionId, times: 0, wallets };
  const { times, wallet, points, slices } = left.data;
  const to = { wallet: made.data.wallet, points: made.data.points, lotId: made.data.lotId };
  return { conversionId, times, from: { wallet, points, slices: slicesView(slices) }, to, wallets };
};

/** The answer to an activation by hand: the lots that had been waiting. */
export const activationAnswer = (told: Told, context: AccountContext, wallet: string) => ({
  wallet,
  activated: stated(told.events, 'PointsActivated').flatMap(({ data }) =>
    data.lots.map(({ lotId, expiresAt }) => ({ lotId, expiresAt: textOrNull(expiresAt) })),
  ),
  wallets: balancesOf(told.after, context, told.now),
});
