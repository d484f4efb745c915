import { addPeriod } from '#libs/platform/kernel/calendar';
import { type Decision, type Refused, refuse } from '#libs/platform/kernel/decider';
import { periodOf } from '#libs/platform/kernel/period';
import { lotTerms, type WalletRules } from '#libs/programme/src/contract';
import type { AccountContext, AccountRefusal, UndoRedemption } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Account, Hold, Lot, Slice } from './account.state';
import type { Draft } from './draft';
import { walletRules } from './earning';
import { capturedOf, holdOf } from './holds';
import { firstOf, isExpired, sumOf } from './lots';
import { voucherOf, voucherStatus } from './vouchers';

/** What becomes of slices, by the state of the lot they came from and the wallet's setting for expired ones. */
interface Sorted {
  readonly slices: readonly Slice[];
  readonly lost: readonly Slice[];
  readonly expired: readonly Slice[];
}

const lotOf = (account: Account, lotId: string): Lot | undefined => account.lots.find((lot) => lot.lotId === lotId);

const hasExpired = (account: Account, slice: Slice, now: number): boolean => {
  const lot = lotOf(account, slice.lotId);
  return lot !== undefined && isExpired(lot, now);
};

const sorted = (draft: Draft, slices: readonly Slice[], mode: 'lost' | 'grace' | 'freshLot'): Sorted => {
  const expired = slices.filter((slice) => hasExpired(draft.account, slice, draft.now));
  const live = slices.filter((slice) => !expired.includes(slice));
  return mode === 'grace' ? { slices: slices, lost: [], expired } : { slices: live, lost: expired, expired };
};

/** A lot in place of slices that had expired, with the wallet's own terms from now on. */
const stateFreshLot = (draft: Draft, hold: Hold, terms: Terms, fresh: Pick<Lot, 'lotId' | 'points'>): void => {
  const { lotId, points } = fresh;
  const wallet = { ...terms.rules, pending: { mode: 'immediate' as const } };
  draft.state({
    type: 'PointsEarned',
    at: draft.now,
    data: {
      lotId,
      wallet: hold.wallet,
      points,
      cause: { kind: 'undo', redemptionId: hold.redemptionId },
      lines: [],
      counts: {},
      issuingStore: hold.aim.storeId,
      ...lotTerms(wallet, terms.timeZone, draft.now),
      multipliers: [],
      clips: [],
      inputs: { points },
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

const graceOf = (draft: Draft, expired: readonly Slice[], terms: Terms) => {
  const expiresAt = addPeriod(draft.now, periodOf(terms.rules.undo.grace), terms.timeZone);
  return expired.map(({ lotId }) => ({ lotId, expiresAt }));
};

/**
 * Gives points of a captured redemption back to the lots they came from, each with its own expiry. Of a part, the
 * slices taken last go back first, since those last longest. Slices whose lot has expired since are lost, have days of
 * grace, or become a fresh lot, as the wallet says.
 */
export const giveBack = (
  draft: Draft,
  context: AccountContext,
  hold: Hold,
  wanted: { readonly points: number; readonly returnId?: string },
): void => {
  const terms = termsOf(draft, context, hold);
  const mode = terms?.rules.undo.expiredSlices ?? 'lost';
  const { slices, lost, expired } = sorted(draft, firstOf(capturedOf(hold).toReversed(), wanted.points), mode);
  const grace = terms !== undefined && mode === 'grace' ? graceOf(draft, expired, terms) : [];
  const returned = wanted.returnId === undefined ? {} : { returnId: wanted.returnId };
  const { redemptionId, wallet } = hold;
  const renews = terms !== undefined && mode === 'freshLot' && lost.length > 0;
  const lotId = `${redemptionId}.undo.${draft.account.lots.length + 1}`;
  const fresh = renews ? { fresh: lotId } : {};
  const data = { redemptionId, wallet, points: wanted.points, slices, lost, grace, ...fresh, ...returned };
  draft.state({ type: 'RedemptionUndone', at: draft.now, data });
  if (renews) stateFreshLot(draft, hold, terms, { lotId, points: sumOf(lost) });
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
