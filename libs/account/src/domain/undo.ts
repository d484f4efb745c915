import { addPeriod } from '#libs/platform/kernel/calendar';
import { type Decision, type Refused, refuse } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import { type LotTerms, lotTerms, type WalletRules } from '#libs/programme/src/contract';
import type { AccountContext, AccountRefusal, UndoRedemption } from './account.commands';
import type { AccountEvent } from './account.events';
import { type Account, debtOf, type Hold, type Lot, type Slice } from './account.state';
import type { Draft } from './draft';
import { walletRules } from './earning';
import { capturedOf, holdOf } from './holds';
import { firstOf, isExpired, sumOf } from './lots';
import { payingPart } from './pledges';
import { catchUp } from './sliding';
import { voucherOf, voucherStatus } from './vouchers';

/** What becomes of slices, by the state of the lot they came from and the wallet's setting for expired ones. */
interface Sorted {
  readonly slices: readonly Slice[];
  /** Cannot go back where they came from: gone, or another lot. */
  readonly lost: readonly Slice[];
  /** Of `slices`, those whose lot gets days of grace. */
  readonly revived: readonly Slice[];
  /** Of `slices`, those that are over, and pay for the return of their sale. */
  readonly paying: readonly Slice[];
}

type Mode = 'lost' | 'grace' | 'freshLot';

const lotOf = (account: Account, lotId: string): Lot | undefined => account.lots.find((lot) => lot.lotId === lotId);

const hasExpired = (account: Account, slice: Slice, now: number): boolean => {
  const lot = lotOf(account, slice.lotId);
  return lot !== undefined && isExpired(lot, now);
};

/** True when nothing else is in the lot: grace would revive what another hold keeps of it as well. */
const isAlone = (account: Account, slice: Slice): boolean => lotOf(account, slice.lotId)?.remaining === 0;

/** Slices without parts of them. */
const without = (slices: readonly Slice[], parts: readonly Slice[]): readonly Slice[] =>
  slices
    .map((slice) => ({ ...slice, points: slice.points - pointsOf(parts, slice.lotId) }))
    .filter(({ points }) => points > 0);

const pointsOf = (slices: readonly Slice[], lotId: string): number =>
  sumOf(slices.filter((slice) => slice.lotId === lotId));

const sorted = ({ account, now }: Draft, hold: Hold, slices: readonly Slice[], mode: Mode): Sorted => {
  const expired = slices.filter((slice) => hasExpired(account, slice, now));
  const revived = mode === 'grace' ? expired.filter((slice) => isAlone(account, slice)) : [];
  const gone = expired.filter((slice) => !revived.includes(slice));
  const paying = mode === 'lost' ? payingPart(account.lots, gone, debtOf(account, hold.wallet)) : [];
  const back = slices.filter((slice) => !gone.includes(slice));
  return { slices: [...back, ...paying], lost: without(gone, paying), revived, paying };
};

/** Points that are over pay at once for the return of their sale, which had found them spent. */
const payOff = (draft: Draft, wallet: string, paying: readonly Slice[]): void => {
  if (paying.length === 0) return;
  const data = { wallet, points: sumOf(paying), slices: paying, ordinal: 1 as const };
  draft.state({ type: 'DebtRepaid', at: draft.now, data });
};

/** When a lot in place of slices starts and ends: the days of grace, or the wallet's own terms from now on. */
const freshTerms = (draft: Draft, { rules, timeZone }: Terms): LotTerms =>
  rules.undo.expiredSlices === 'grace'
    ? { activeFrom: draft.now, expiresAt: graceEnd(draft, { rules, timeZone }) }
    : lotTerms({ ...rules, pending: { mode: 'immediate' } }, timeZone, draft.now);

/** A lot in place of slices that had expired. */
type FreshLot = Required<Pick<Lot, 'lotId' | 'points' | 'renews'>> & Pick<Lot, 'issuingStore'>;

/** A lot for each store that had issued points of these: it owes for them as before. */
const freshLots = (draft: Draft, hold: Hold, lost: readonly Slice[]): readonly FreshLot[] => {
  const first = draft.account.lots.length + 1;
  return [...new Set(lost.map(({ issuingStore }) => issuingStore))].map((issuer, index) => {
    const theirs = lost.filter(({ issuingStore }) => issuingStore === issuer);
    return {
      lotId: `${hold.redemptionId}.undo.${first + index}`,
      points: sumOf(theirs),
      renews: theirs.map(({ lotId, points }) => ({ lotId, points })),
      ...(issuer === undefined ? {} : { issuingStore: issuer }),
    };
  });
};

const stateFreshLot = (draft: Draft, hold: Hold, terms: Terms, fresh: FreshLot): void => {
  draft.state({
    type: 'PointsEarned',
    at: draft.now,
    data: {
      ...fresh,
      wallet: hold.wallet,
      cause: { kind: 'undo', redemptionId: hold.redemptionId },
      lines: [],
      counts: {},
      ...freshTerms(draft, terms),
      inputs: { points: fresh.points },
    },
  });
};

/** The wallet's rules in force, else those of the redemption, with the programme's zone. */
interface Terms {
  readonly rules: WalletRules;
  readonly timeZone: string;
}

const termsOf = (draft: Draft, context: AccountContext, hold: Hold): Terms | undefined => {
  const rulebook = context.rulebooks.at(draft.now) ?? context.rulebooks.version(hold.programmeVersion);
  const rules = rulebook === undefined ? undefined : walletRules(rulebook, hold.wallet);
  return rulebook === undefined || rules === undefined ? undefined : { rules, timeZone: rulebook.document.timeZone };
};

const graceEnd = (draft: Draft, { rules, timeZone }: Terms): Instant =>
  addPeriod(draft.now, periodOf(rules.undo.grace), timeZone);

/**
 * Gives points of a captured redemption back to the lots they came from, each with its own expiry. Of a part, the
 * slices taken last go back first, since those last longest. Slices whose lot has expired since are lost, have days of
 * grace, or become a fresh lot, as the wallet says; what would be lost first pays off the debt that the return of its
 * own sale had made, as if it had been undone before; they have their days of grace in a lot of their own where another
 * hold keeps part of theirs.
 */
export const giveBack = (
  draft: Draft,
  context: AccountContext,
  hold: Hold,
  wanted: { readonly points: number; readonly returnId?: string },
): void => {
  const terms = termsOf(draft, context, hold);
  const mode = terms?.rules.undo.expiredSlices ?? 'lost';
  const back = firstOf(capturedOf(hold).toReversed(), wanted.points);
  catchUp(
    draft,
    context,
    back.flatMap(({ lotId }) => lotOf(draft.account, lotId) ?? []),
  );
  const { slices, lost, revived, paying } = sorted(draft, hold, back, mode);
  const grace = terms === undefined ? [] : revived.map(({ lotId }) => ({ lotId, expiresAt: graceEnd(draft, terms) }));
  const returned = wanted.returnId === undefined ? {} : { returnId: wanted.returnId };
  const { redemptionId, wallet } = hold;
  const renewed = terms === undefined || mode === 'lost' ? [] : freshLots(draft, hold, lost);
  const [first] = renewed;
  const fresh = first === undefined ? {} : { fresh: first.lotId };
  const data = { redemptionId, wallet, points: wanted.points, slices, lost, grace, ...fresh, ...returned };
  draft.state({ type: 'RedemptionUndone', at: draft.now, data });
  payOff(draft, wallet, paying);
  if (terms !== undefined) for (const lot of renewed) stateFreshLot(draft, hold, terms, lot);
};

/** A reward's voucher goes with it: one that was not used is cancelled, one that was used stops the undoing. */
const cancelVoucher = (draft: Draft, hold: Hold): Refused<AccountRefusal> | null => {
  const voucher = hold.voucherCode === undefined ? undefined : voucherOf(draft.account, hold.voucherCode);
  if (voucher === undefined) return null;
  const status = voucherStatus(voucher, draft.now);
  if (status === 'used') return refuse('voucher-used', 'The voucher of this reward has been used.');
  if (status !== 'cancelled')
    draft.state({ type: 'VoucherCancelled', at: draft.now, data: { code: voucher.code, reason: 'reward-undone' } });
  return null;
};

/** Gives captured points back, all of them or some. */
export const undoRedemption = (
  draft: Draft,
  command: UndoRedemption,
  context: AccountContext,
): Decision<AccountEvent, AccountRefusal> => {
  const hold = holdOf(draft.account, command.redemptionId);
  if (hold === undefined) return refuse('redemption-not-found');
  if (hold.status === 'voided') return refuse('already-voided', 'This redemption was given up, nothing was spent.');
  if (hold.status === 'held') return refuse('not-captured', 'Nothing has been spent yet; void the hold instead.');
  const spent = sumOf(capturedOf(hold));
  if (spent === 0) return refuse('already-undone', 'All points of this redemption have been given back.');
  const points = command.points ?? spent;
  if (points > spent) return refuse('too-many-points', `Only ${spent} points can be given back.`);
  if (hold.aim.kind === 'reward' && points < spent)
    return refuse('reward-is-whole', `This reward cost ${spent} points; all of them come back, or none.`);
  const refused = cancelVoucher(draft, hold);
  if (refused !== null) return refused;
  giveBack(draft, context, hold, { points });
  return draft.accepted();
};
