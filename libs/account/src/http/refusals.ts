import { invalidField, problem } from '#libs/platform/http/problem';
import { send, type ClaimProblem, type Ready, type RefusalStatus } from '#libs/platform/http/reply';
import type { AccountOutcome } from '../account-streams';
import type { AccountRefusal } from '../domain/account.commands';

/** Which status each refusal answers: 404 for what is not there, 409 for what the rules do not allow. */
export const refusals: RefusalStatus<AccountRefusal> = {
  'member-suspended': 409,
  'ticket-differs': 409,
  'purchase-not-found': 404,
  'not-a-sale': 409,
  'already-returned': 409,
  'line-not-found': 404,
  'insufficient-points': 409,
  'nothing-to-apply': 409,
  'in-debt': 409,
  'redemption-differs': 409,
  'redemption-not-found': 404,
  'open-redemption': 409,
  'hold-expired': 409,
  'already-captured': 409,
  'already-voided': 409,
  'not-captured': 409,
  'already-undone': 409,
  'too-many-points': 409,
  'reward-is-whole': 409,
  'no-programme': 409,
  'unknown-wallet': 404,
  'unknown-reward': 404,
  'unknown-conversion': 404,
  'unknown-tier': 404,
  'ends-before-it-begins': 400,
  'not-payable': 409,
  'below-minimum': 409,
  'not-a-step': 409,
  'over-bill-share': 409,
  'voucher-not-found': 404,
  'voucher-held': 409,
  'voucher-used': 409,
  'voucher-expired': 409,
  'voucher-cancelled': 409,
  'review-not-found': 404,
};

/** A name that another member's account holds: the same ticket, or the same redemption id, was told for somebody else. */
const claimTaken: ClaimProblem = (name) =>
  name.startsWith('redemption:')
    ? problem('redemption-differs', 409, 'This redemption id is in use already.')
    : problem('ticket-differs', 409, 'This ticket number is already booked for another member.');

/** The reply to a command on an account. Throws the problem of every outcome but an answer. */
export const reply = (outcome: AccountOutcome): Ready => {
  if (outcome.kind === 'refused' && outcome.reason === 'ends-before-it-begins')
    throw invalidField('until', 'Must lie ahead of the clock');
  return send(outcome, refusals, claimTaken);
};
