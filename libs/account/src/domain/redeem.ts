import { type Decision, type Refused, refuse } from '#libs/platform/kernel/decider';
import { addPeriod } from '#libs/platform/kernel/calendar';
import { periodOf } from '#libs/platform/kernel/period';
import type { Gives, PayWithPoints, Rulebook } from '#libs/programme/src/contract';
import type { AccountContext, AccountRefusal, CaptureHold, HoldPoints, VoidHold } from './account.commands';
import type { AccountEvent } from './account.events';
import { type Account, debtOf, type Hold, type RedemptionAim, type Slice, type Ticket } from './account.state';
import type { VoucherBenefit } from './voucher-benefit';
import type { Draft } from './draft';
import { walletRules } from './earning';
import { holdOf, statusOf } from './holds';
import { balanceOf, firstOf, spendable, sumOf, take, totalOf } from './lots';
import { slide } from './sliding';

type Verdict = Decision<AccountEvent, AccountRefusal>;

/** What a redemption takes: from which wallet, how many points, and what they are worth on the bill. */
interface Price {
  readonly wallet: string;
  readonly points: number;
  readonly valueMinor?: number;
}

const floorOf = (points: number, times: number, per: number): number =>
  Number((BigInt(points) * BigInt(times)) / BigInt(per));

const ceilOf = (amount: number, times: number, per: number): number =>
  Number((BigInt(amount) * BigInt(times) + BigInt(per) - 1n) / BigInt(per));

/** What points are worth on a bill, rounded down to a minor unit. */
export const valueOf = (rules: PayWithPoints, points: number): number =>
  floorOf(points, rules.amountMinor, rules.perPoints);

/** The fewest points, in steps and from the minimum on, that are worth an amount: what is over is worth nothing. */
const fewest = ({ perPoints, amountMinor, minPoints, stepPoints }: PayWithPoints, valueMinor: number): number =>
  ceilOf(Math.max(minPoints, ceilOf(valueMinor, perPoints, amountMinor)), 1, stepPoints) * stepPoints;

const largest = (rules: PayWithPoints, billMinor: number, available: number): number => {
  const share = floorOf(billMinor, rules.maxShareOfBill.num, rules.maxShareOfBill.den);
  const most = Math.min(available, floorOf(share, rules.perPoints, rules.amountMinor));
  const stepped = most - (most % rules.stepPoints);
  const valueMinor = valueOf(rules, stepped);
  return stepped < rules.minPoints || valueMinor === 0 ? 0 : fewest(rules, valueMinor);
};

const exactly = (rules: PayWithPoints, billMinor: number, points: number): Refused<AccountRefusal> | undefined => {
  if (points < rules.minPoints) return refuse('below-minimum', `At least ${rules.minPoints} points are needed.`);
  if (points % rules.stepPoints !== 0) return refuse('not-a-step', `Points go in steps of ${rules.stepPoints}.`);
  const share = floorOf(billMinor, rules.maxShareOfBill.num, rules.maxShareOfBill.den);
  return valueOf(rules, points) > share
    ? refuse('over-bill-share', 'Points may not pay so large a share of the bill.')
    : undefined;
};

const billPrice = (
  draft: Draft,
  rulebook: Rulebook,
  aim: Extract<RedemptionAim, { kind: 'payWithPoints' }>,
): Price | Refused<AccountRefusal> => {
  const wallet = walletRules(rulebook, aim.wallet);
  if (wallet === undefined) return refuse('unknown-wallet');
  const rules = wallet.payWithPoints;
  if (rules === undefined) return refuse('not-payable', 'This wallet cannot pay a bill.');
  if (aim.points !== 'max') {
    const refused = exactly(rules, aim.billMinor, aim.points);
    return refused ?? { wallet: aim.wallet, points: aim.points, valueMinor: valueOf(rules, aim.points) };
  }
  const points = largest(rules, aim.billMinor, balanceOf(draft.account, aim.wallet, draft.now).available);
  return points === 0
    ? refuse('nothing-to-apply', 'No points can be put toward this bill.')
    : { wallet: aim.wallet, points, valueMinor: valueOf(rules, points) };
};

const priceOf = (draft: Draft, rulebook: Rulebook, aim: RedemptionAim): Price | Refused<AccountRefusal> => {
  if (aim.kind === 'payWithPoints') return billPrice(draft, rulebook, aim);
  const reward = rulebook.document.rewards.find((each) => each.id === aim.rewardId);
  return reward === undefined ? refuse('unknown-reward') : { wallet: reward.wallet, points: reward.cost };
};

/** The wallet that an aim draws on, as far as the programme knows it. */
const walletOf = (rulebook: Rulebook, aim: RedemptionAim): string =>
  aim.kind === 'payWithPoints'
    ? aim.wallet
    : (rulebook.document.rewards.find((each) => each.id === aim.rewardId)?.wallet ?? '');

const sameAim = (a: RedemptionAim, b: RedemptionAim): boolean => aimText(a) === aimText(b);

const aimText = (aim: RedemptionAim): string =>
  aim.kind === 'reward'
    ? JSON.stringify([aim.kind, aim.rewardId, aim.storeId, aim.ticket?.tillId, aim.ticket?.ticketNo])
    : JSON.stringify([
        [aim.kind, aim.wallet, aim.billMinor, aim.points],
        [aim.storeId, aim.ticket?.tillId, aim.ticket?.ticketNo],
      ]);

/**
 * True when this till has a hold open for the same ticket and wallet: a bill is paid with points once. Holds that name
 * no ticket do not stand in each other's way.
 */
const isOpenAlready = (draft: Draft, aim: RedemptionAim): boolean =>
  aim.kind === 'payWithPoints' &&
  aim.ticket?.ticketNo !== undefined &&
  draft.account.holds.some(
    (hold) =>
      hold.aim.kind === 'payWithPoints' &&
      statusOf(hold, draft.now) === 'held' &&
      hold.aim.wallet === aim.wallet &&
      hold.aim.storeId === aim.storeId &&
      hold.aim.ticket?.tillId === aim.ticket?.tillId &&
      hold.aim.ticket?.ticketNo === aim.ticket?.ticketNo,
  );

/** Authorises points: the slices are chosen and recorded now, and nobody else can take them until the hold ends. */
export const holdPoints = (draft: Draft, command: HoldPoints, context: AccountContext): Verdict => {
  const { redemptionId, aim } = command;
  const known = holdOf(draft.account, redemptionId);
  if (known !== undefined)
    return sameAim(known.aim, aim) ? draft.accepted() : refuse('redemption-differs', 'This id is in use already.');
  const rulebook = context.rulebooks.at(context.now);
  if (rulebook === undefined) return refuse('no-programme');
  if (debtOf(draft.account, walletOf(rulebook, aim)) > 0)
    return refuse('in-debt', 'Points are owed; they come off new points first.');
  if (isOpenAlready(draft, aim)) return refuse('open-redemption', 'Points are on hold for this ticket already.');
  const price = priceOf(draft, rulebook, aim);
  if ('kind' in price) return price;
  const usable = spendable(draft.account, price.wallet, context.now);
  if (totalOf(usable) < price.points) return refuse('insufficient-points', `${totalOf(usable)} points are available.`);
  const until = addPeriod(context.now, periodOf(rulebook.document.holdTtl), rulebook.document.timeZone);
  const slices = take(usable, price.points);
  const programmeVersion = rulebook.version;
  draft.state({
    type: 'PointsHeld',
    at: context.now,
    data: { redemptionId, aim, ...price, slices, until, programmeVersion },
  });
  return draft.accepted();
};

/** The slices a capture spends: those held, or after the hold lapsed the same number anew, if there are as many. */
const slicesFor = (account: Account, hold: Hold, points: number, now: number): readonly Slice[] | undefined => {
  if (statusOf(hold, now) === 'held') return firstOf(hold.slices, points);
  const usable = spendable(account, hold.wallet, now);
  if (debtOf(account, hold.wallet) > 0 || totalOf(usable) < points) return undefined;
  return take(usable, points);
};

const captured = (
  draft: Draft,
  context: AccountContext,
  hold: Hold,
  wanted: { readonly points: number; readonly purchaseId?: string },
): Refused<AccountRefusal> | null => {
  const slices = slicesFor(draft.account, hold, wanted.points, draft.now);
  if (slices === undefined) return refuse('hold-expired', 'The hold has ended and the points are no longer there.');
  const rulebook = context.rulebooks.version(hold.programmeVersion);
  const payable = rulebook === undefined ? undefined : walletRules(rulebook, hold.wallet)?.payWithPoints;
  const value =
    hold.valueMinor === undefined || payable === undefined ? {} : { valueMinor: valueOf(payable, sumOf(slices)) };
  const purchase = wanted.purchaseId === undefined ? {} : { purchaseId: wanted.purchaseId };
  const data = {
    redemptionId: hold.redemptionId,
    wallet: hold.wallet,
    points: wanted.points,
    slices,
    ...value,
    ...purchase,
  };
  draft.state({ type: 'HoldCaptured', at: draft.now, data });
  slide(draft, context, hold.wallet, { kind: 'spend', at: draft.now });
  issueRewardVoucher(draft, context, hold, rulebook);
  return null;
};

/** A reward that is a voucher comes into being with the capture. */
/** What the voucher of a reward says: all that a till needs to take it off a bill. */
const benefitOf = (gives: Exclude<Gives, { readonly kind: 'freeProduct' }>): VoucherBenefit => {
  const { kind } = gives;
  if (kind === 'voucher') return { kind, amountMinor: gives.amountMinor };
  const { percent, roundToMinor } = gives;
  return roundToMinor === 1 ? { kind, percent } : { kind, percent, roundToMinor };
};

const issueRewardVoucher = (
  draft: Draft,
  context: AccountContext,
  hold: Hold,
  rulebook: Rulebook | undefined,
): void => {
  const { aim, redemptionId } = hold;
  if (aim.kind !== 'reward' || rulebook === undefined) return;
  const gives = rulebook.document.rewards.find((each) => each.id === aim.rewardId)?.gives;
  const issued = draft.account.vouchers.filter((voucher) => context.voucherCodes.includes(voucher.code)).length;
  const code = context.voucherCodes[issued];
  if (gives === undefined || gives.kind === 'freeProduct' || code === undefined) return;
  const expiresAt =
    gives.validFor === undefined ? null : addPeriod(draft.now, periodOf(gives.validFor), rulebook.document.timeZone);
  const benefit = benefitOf(gives);
  const origin = { kind: 'reward' as const, reference: redemptionId };
  draft.state({ type: 'VoucherIssued', at: draft.now, data: { code, benefit, expiresAt, origin } });
};

/** Spends a hold, or the part of it that is asked for. */
export const captureHold = (draft: Draft, command: CaptureHold, context: AccountContext): Verdict => {
  const hold = holdOf(draft.account, command.redemptionId);
  if (hold === undefined) return refuse('redemption-not-found');
  const points = command.points ?? hold.points;
  if (hold.status === 'voided') return refuse('already-voided', 'This redemption was given up.');
  if (hold.status === 'captured') return refuse('already-captured', 'These points are spent already.');
  if (points > hold.points) return refuse('too-many-points', `Only ${hold.points} points are on hold.`);
  if (hold.aim.kind === 'reward' && points < hold.points)
    return refuse('reward-is-whole', `This reward costs ${hold.points} points; a part of it cannot be had.`);
  return captured(draft, context, hold, { points }) ?? draft.accepted();
};

/** Spends every redemption named on a ticket, whole. */
export const captureForTicket = (
  draft: Draft,
  context: AccountContext,
  purchaseId: string,
  ticket: Ticket,
): Refused<AccountRefusal> | null => {
  for (const redemptionId of ticket.redemptionIds) {
    const hold = holdOf(draft.account, redemptionId);
    if (hold === undefined) return refuse('redemption-not-found', `No redemption ${redemptionId} is on hold.`);
    if (hold.status === 'voided') return refuse('already-voided', `Redemption ${redemptionId} was given up.`);
    if (hold.status === 'captured') return refuse('already-captured', `Redemption ${redemptionId} is spent already.`);
    const refused = captured(draft, context, hold, { points: hold.points, purchaseId });
    if (refused !== null) return refused;
  }
  return null;
};

/** Gives a hold up; its points are free at once. */
export const voidHold = (draft: Draft, command: VoidHold): Verdict => {
  const hold = holdOf(draft.account, command.redemptionId);
  if (hold === undefined) return refuse('redemption-not-found');
  if (hold.status === 'captured') return refuse('already-captured', 'Spent points are given back by undo.');
  if (hold.status === 'voided') return refuse('already-voided', 'This redemption was given up before.');
  const { redemptionId, wallet } = hold;
  draft.state({ type: 'HoldVoided', at: draft.now, data: { redemptionId, wallet } });
  return draft.accepted();
};
