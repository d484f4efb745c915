import { type Decider, type Decision, refuse } from '#libs/platform/kernel/decider';
import type { AccountCommand, AccountContext, AccountRefusal } from './account.commands';
import type { AccountEvent } from './account.events';
import { evolve } from './account.evolve';
import type { Account } from './account.state';
import { emptyAccount } from './empty-account';
import { activatePoints, adjustPoints, bookAward, convertPoints, grantTier, noteSegment, rejectTicket } from './adjust';
import { Draft } from './draft';
import { settle } from './due';
import { returnGoods } from './give-back';
import { recordActivity, recordPurchase, recordVisit } from './purchase';
import { captureHold, holdPoints, voidHold } from './redeem';
import { awaitTier } from './tier-outlook';
import { isSold } from './tickets';
import { undoRedemption } from './undo';
import { cancelVoucher, holdVoucher, issueVoucher } from './voucher-use';

type Verdict = Decision<AccountEvent, AccountRefusal>;

/** One decision each; this switch is the table of contents of what an account can be asked. */
const decided = (draft: Draft, command: AccountCommand, context: AccountContext): Verdict => {
  switch (command.type) {
    case 'RecordPurchase':
      return recordPurchase(draft, command, context);
    case 'RecordVisit':
      return recordVisit(draft, command, context);
    case 'RecordActivity':
      return recordActivity(draft, command, context);
    case 'ReturnGoods':
      return returnGoods(draft, command, context);
    case 'HoldPoints':
      return holdPoints(draft, command, context);
    case 'CaptureHold':
      return captureHold(draft, command, context);
    case 'VoidHold':
      return voidHold(draft, command);
    case 'UndoRedemption':
      return undoRedemption(draft, command, context);
    default:
      return administered(draft, command, context);
  }
};

type TillCommand =
  | 'RecordPurchase'
  | 'RecordVisit'
  | 'RecordActivity'
  | 'ReturnGoods'
  | 'HoldPoints'
  | 'CaptureHold'
  | 'VoidHold'
  | 'UndoRedemption';

const administered = (
  draft: Draft,
  command: Exclude<AccountCommand, { type: TillCommand }>,
  context: AccountContext,
): Verdict => {
  switch (command.type) {
    case 'AdjustPoints':
      return adjustPoints(draft, command, context);
    case 'BookAward':
      return bookAward(draft, command, context);
    case 'ConvertPoints':
      return convertPoints(draft, command, context);
    case 'ActivatePoints':
      return activatePoints(draft, command, context);
    case 'IssueVoucher':
      return issueVoucher(draft, command, context);
    case 'HoldVoucher':
      return holdVoucher(draft, command, context);
    case 'CancelVoucher':
      return cancelVoucher(draft, command);
    case 'GrantTier':
      return grantTier(draft, command, context);
    case 'NoteSegment':
      return noteSegment(draft, command);
    case 'RejectTicket':
      return rejectTicket(draft, command);
    case 'SettleAccount':
      return draft.accepted();
  }
};

/**
 * Commands that a suspended member's account still takes: what has happened already, what staff do by hand, and what
 * others have granted, which nobody would tell it again once the suspension is over.
 */
const takenWhileSuspended: readonly AccountCommand['type'][] = [
  'SettleAccount',
  'ReturnGoods',
  'VoidHold',
  'UndoRedemption',
  'AdjustPoints',
  'BookAward',
  'IssueVoucher',
  'CancelVoucher',
  'RejectTicket',
  'NoteSegment',
];

/** Whoever is enrolled is in good standing: a suspension that is known when it is booked came after it. */
const isEnrolment = (command: AccountCommand): boolean =>
  command.type === 'RecordActivity' && command.on === 'enrolment';

/** A ticket that is booked already gets its first answer again, whatever became of the member since. */
const isTakenWhileSuspended = (command: AccountCommand, account: Account): boolean =>
  takenWhileSuspended.includes(command.type) ||
  isEnrolment(command) ||
  (command.type === 'RecordPurchase' && isSold(account, command.purchaseId));

/**
 * Decides on an account. What time alone has brought about up to now is stated first, then what the command brings,
 * then what that makes due at once (debt repaid, automatic conversions), and when time may change the tier, where that
 * is news.
 */
export const decide = (command: AccountCommand, account: Account, context: AccountContext): Verdict => {
  if (context.suspended && !isTakenWhileSuspended(command, account))
    return refuse('member-suspended', 'This membership is suspended.');
  const draft = new Draft(account, context.now, evolve);
  settle(draft, context, context.now);
  const before = draft.account;
  const verdict = decided(draft, command, context);
  if (verdict.kind === 'refused') return verdict;
  if (draft.account === before && command.type !== 'SettleAccount') return { kind: 'accepted', events: [] };
  settle(draft, context, context.now);
  awaitTier(draft, context);
  return draft.accepted();
};

/** Names an account takes across all streams: a ticket's business key, a redemption's id, a voucher's code. */
export const claims = (events: readonly AccountEvent[]): readonly string[] =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'PurchaseRecorded':
        return [`ticket:${event.data.purchaseId}`];
      case 'TicketSetAside':
        return [`review:${event.data.reviewId}`];
      case 'ReturnParked':
        return [`return:${event.data.returnId}`];
      case 'PurchaseReturned':
        return event.data.parked === true ? [] : [`return:${event.data.returnId}`];
      case 'PointsHeld':
        return [`redemption:${event.data.redemptionId}`];
      case 'VoucherIssued':
        return [`voucher:${event.data.code}`];
      default:
        return [];
    }
  });

/** The account: one stream per member, one decision per ticket. */
export const accountDecider: Decider<AccountCommand, Account, AccountEvent, AccountRefusal, AccountContext> = {
  category: 'account',
  foldVersion: 4,
  initial: emptyAccount,
  decide,
  evolve,
  claims,
};
