import { type Decision, refuse } from '#libs/platform/kernel/decider';
import { lotTerms, mostPoints, type Rulebook, termsOnAction } from '#libs/programme/src/contract';
import type {
  AccountContext,
  AccountRefusal,
  ActivatePoints,
  AdjustPoints,
  BookAward,
  ConvertPoints,
  GrantTier,
  NoteSegment,
  RejectTicket,
} from './account.commands';
import type { AccountEvent } from './account.events';
import { type Account, debtOf, type LotCause } from './account.state';
import { convert } from './conversions';
import type { Draft } from './draft';
import { walletRules } from './earning';
import { balanceOf, spendable, take, totalOf } from './lots';
import { qualify } from './tier-path';
import { segmentsAt } from './tiers';

type Verdict = Decision<AccountEvent, AccountRefusal>;

interface Gift {
  readonly lotId: string;
  readonly wallet: string;
  readonly points: number;
  readonly cause: LotCause;
  readonly storeId?: string;
}

/** Grants a lot that no rule gave: active at once, expiring as the wallet says. */
const give = (draft: Draft, context: AccountContext, gift: Gift): Verdict => {
  const rulebook = context.rulebooks.at(draft.now);
  if (rulebook === undefined) return refuse('no-programme');
  const wallet = walletRules(rulebook, gift.wallet);
  if (wallet === undefined) return refuse('unknown-wallet');
  const { storeId, ...lot } = gift;
  const terms = lotTerms({ ...wallet, pending: { mode: 'immediate' } }, rulebook.document.timeZone, draft.now);
  draft.state({
    type: 'PointsEarned',
    at: draft.now,
    data: {
      ...lot,
      lines: [],
      counts: {},
      ...(storeId === undefined ? {} : { issuingStore: storeId }),
      ...terms,
      inputs: {},
    },
  });
  return draft.accepted();
};

/** True for a wallet of the programme, or of one before it that the account still has lots in. */
const isWallet = ({ lots }: Account, rulebook: Rulebook, code: string): boolean =>
  walletRules(rulebook, code) !== undefined || lots.some((lot) => lot.wallet === code);

const deduct = (draft: Draft, command: AdjustPoints, context: AccountContext): Verdict => {
  const { wallet, reason, note } = command;
  const rulebook = context.rulebooks.at(draft.now);
  if (rulebook === undefined) return refuse('no-programme');
  if (!isWallet(draft.account, rulebook, wallet)) return refuse('unknown-wallet');
  const points = -command.points;
  if (debtOf(draft.account, wallet) > 0) return refuse('in-debt', 'Points are owed; there is nothing to take.');
  const usable = spendable(draft.account, wallet, draft.now);
  if (totalOf(usable) < points) return refuse('insufficient-points', `${totalOf(usable)} points are available.`);
  const noted = note === undefined ? {} : { note };
  const data = { wallet, points, reason, ...noted, slices: take(usable, points) };
  draft.state({ type: 'PointsDeducted', at: draft.now, data });
  return draft.accepted();
};

/** Gives or takes points by hand. A balance never falls below 0. */
export const adjustPoints = (draft: Draft, command: AdjustPoints, context: AccountContext): Verdict => {
  if (command.points < 0) return deduct(draft, command, context);
  const { adjustmentId: lotId, wallet, points, reason, note } = command;
  const storeId = context.store === undefined ? {} : { storeId: context.store.storeId };
  const given = give(draft, context, { lotId, wallet, points, cause: { kind: 'adjustment', reason }, ...storeId });
  if (given.kind === 'refused' || note === undefined) return given;
  draft.state({ type: 'AdjustmentNoted', at: draft.now, data: { lotId, note } });
  return draft.accepted();
};

/** Books points that another context has granted, once for each award. */
export const bookAward = (draft: Draft, command: BookAward, context: AccountContext): Verdict => {
  const { awardId: lotId, wallet, points, cause, storeId } = command;
  if (draft.account.lots.some((lot) => lot.lotId === lotId)) return draft.accepted();
  return give(draft, context, { lotId, wallet, points, cause, ...(storeId === undefined ? {} : { storeId }) });
};

/** Turns points of one wallet into another's, as the programme offers, at the member's wish. */
export const convertPoints = (draft: Draft, command: ConvertPoints, context: AccountContext): Verdict => {
  const rulebook = context.rulebooks.at(draft.now);
  if (rulebook === undefined) return refuse('no-programme');
  const conversion = rulebook.document.conversions.find((each) => each.id === command.conversionId);
  if (conversion === undefined) return refuse('unknown-conversion');
  const { wallet, units } = conversion.from;
  if (debtOf(draft.account, wallet) > 0) return refuse('in-debt', 'Points are owed; they come off new points first.');
  const { available } = balanceOf(draft.account, wallet, draft.now);
  if (available < units * command.times) return refuse('insufficient-points', `${available} points are available.`);
  if (conversion.to.units * command.times > mostPoints)
    return refuse('too-many-points', `One conversion makes ${mostPoints} points at most.`);
  const lotId = `conversion.${command.requestId}`;
  convert(draft, context, { at: draft.now, rulebook, conversion, times: command.times, lotId });
  return draft.accepted();
};

/** Activates every lot of a wallet that waits for an action; each one's expiry counts as the wallet says. */
export const activatePoints = (draft: Draft, command: ActivatePoints, context: AccountContext): Verdict => {
  const rulebook = context.rulebooks.at(draft.now);
  if (rulebook === undefined) return refuse('no-programme');
  const wallet = walletRules(rulebook, command.wallet);
  if (wallet === undefined) return refuse('unknown-wallet');
  const { timeZone } = rulebook.document;
  const lots = draft.account.lots
    .filter((lot) => lot.wallet === command.wallet && lot.activeFrom === null && lot.remaining > 0)
    .map(({ lotId, occurredAt }) => ({
      lotId,
      expiresAt: termsOnAction(wallet, timeZone, occurredAt, draft.now).expiresAt,
    }));
  if (lots.length > 0) draft.state({ type: 'PointsActivated', at: draft.now, data: { wallet: command.wallet, lots } });
  return draft.accepted();
};

/** Gives a tier by hand: a floor until its date. */
export const grantTier = (draft: Draft, command: GrantTier, context: AccountContext): Verdict => {
  const { code, until, reason } = command;
  const tiers = context.rulebooks.at(draft.now)?.document.tiers;
  if (tiers === undefined) return refuse('no-programme');
  if (!tiers.levels.some((level) => level.code === code)) return refuse('unknown-tier');
  if (until <= draft.now) return refuse('ends-before-it-begins');
  draft.state({ type: 'TierGranted', at: draft.now, data: { code, until, reason } });
  qualify(draft, context, draft.now, false);
  return draft.accepted();
};

/** Notes that the member entered or left a segment; what is so already needs no fact. */
export const noteSegment = (draft: Draft, command: NoteSegment): Verdict => {
  const { segment, inside, since } = command;
  const within = segmentsAt(draft.account, Number.MAX_SAFE_INTEGER).includes(segment);
  if (within === inside) return draft.accepted();
  draft.state({ type: inside ? 'SegmentEntered' : 'SegmentLeft', at: since, data: { segment } });
  return draft.accepted();
};

/** Turns away a ticket that was set aside. */
export const rejectTicket = (draft: Draft, command: RejectTicket): Verdict => {
  const review = draft.account.reviews.find((each) => each.reviewId === command.reviewId);
  if (review === undefined) return refuse('review-not-found');
  if (review.status === 'open')
    draft.state({
      type: 'TicketReviewed',
      at: draft.now,
      data: { reviewId: review.reviewId, verdict: 'rejected' },
    });
  return draft.accepted();
};
