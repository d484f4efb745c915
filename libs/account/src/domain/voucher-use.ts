import { addPeriod } from '#libs/platform/kernel/calendar';
import { type Decision, type Refused, refuse } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import type { AccountContext, AccountRefusal, CancelVoucher, HoldVoucher, IssueVoucher } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Ticket, Voucher } from './account.state';
import type { Draft } from './draft';
import { voucherOf, voucherStatus } from './vouchers';
import type { VoucherHolder } from './vouchers.events';

type Verdict = Decision<AccountEvent, AccountRefusal>;

/** Why a voucher cannot be used at an instant, if it cannot. */
const unusable = (voucher: Voucher | undefined, at: number): Refused<AccountRefusal> | undefined => {
  if (voucher === undefined) return refuse('voucher-not-found', 'The member has no such voucher.');
  const status = voucherStatus(voucher, at);
  if (status === 'used') return refuse('voucher-used', 'This voucher has been used.');
  if (status === 'expired') return refuse('voucher-expired', 'This voucher has expired.');
  if (status === 'cancelled') return refuse('voucher-cancelled', 'This voucher has been withdrawn.');
  return undefined;
};

/** Uses every voucher named on a ticket, once, as of when the ticket occurred. */
export const useVoucher = (draft: Draft, purchaseId: string, ticket: Ticket): Refused<AccountRefusal> | null => {
  for (const code of ticket.voucherCodes) {
    const refused = unusable(voucherOf(draft.account, code), ticket.occurredAt);
    if (refused !== undefined) return refused;
    draft.state({ type: 'VoucherUsed', at: draft.now, data: { code, purchaseId } });
  }
  return null;
};

const holderOf = ({ tillId }: HoldVoucher, { store }: AccountContext): VoucherHolder => ({
  ...(store === undefined ? {} : { storeId: store.storeId }),
  ...(tillId === undefined ? {} : { tillId }),
});

const sameHolder = (a: VoucherHolder | undefined, b: VoucherHolder): boolean =>
  a?.storeId === b.storeId && a?.tillId === b.tillId;

/** Why a voucher cannot be held, though it could be used: it is over, or set aside elsewhere. */
const unholdable = (voucher: Voucher | undefined, holder: VoucherHolder, at: Instant) => {
  if (voucher === undefined) return undefined;
  if (voucher.expiresAt !== null && voucher.expiresAt <= at)
    return refuse('voucher-expired' as const, 'This voucher has expired.');
  return voucherStatus(voucher, at) === 'held' && !sameHolder(voucher.holder, holder)
    ? refuse('voucher-held' as const, 'This voucher is set aside for a bill elsewhere.')
    : undefined;
};

/**
 * Sets a voucher aside for as long as a hold on points lasts; whoever holds it may do so again until it ends. The last
 * hold may outlast the voucher, which can then be used for as long as it was held.
 */
export const holdVoucher = (draft: Draft, command: HoldVoucher, context: AccountContext): Verdict => {
  const voucher = voucherOf(draft.account, command.code);
  const holder = holderOf(command, context);
  const refused = unusable(voucher, draft.now) ?? unholdable(voucher, holder, draft.now);
  if (refused !== undefined) return refused;
  const document = context.rulebooks.at(draft.now)?.document;
  const until = addPeriod(draft.now, periodOf(document?.holdTtl ?? 'PT15M'), document?.timeZone ?? 'UTC');
  draft.state({ type: 'VoucherHeld', at: draft.now, data: { code: command.code, until, holder } });
  return draft.accepted();
};

/** Withdraws a voucher that has not been used. */
export const cancelVoucher = (draft: Draft, command: CancelVoucher): Verdict => {
  const { code, reason } = command;
  const refused = unusable(voucherOf(draft.account, code), draft.now);
  if (refused !== undefined) return refused;
  draft.state({ type: 'VoucherCancelled', at: draft.now, data: { code, reason } });
  return draft.accepted();
};

/** Issues a voucher that another context has granted. Told twice, issued once. */
export const issueVoucher = (draft: Draft, command: IssueVoucher, context: AccountContext): Verdict => {
  const { grantId, benefit, expiresAt } = command;
  const issued = draft.account.vouchers.some(
    (voucher) => voucher.origin.kind === 'campaign' && voucher.origin.reference === grantId,
  );
  const code = context.voucherCodes[0];
  if (issued || code === undefined) return draft.accepted();
  const origin = { kind: 'campaign' as const, reference: grantId };
  draft.state({ type: 'VoucherIssued', at: draft.now, data: { code, benefit, expiresAt, origin } });
  return draft.accepted();
};
