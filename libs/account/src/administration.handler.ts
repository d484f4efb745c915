import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MEMBER_TEXT_PORT, type MemberTextPort } from '#libs/members/src/contract';
import { notFound } from '#libs/platform/http/problem';
import type { Submission } from '#libs/platform/http/submission';
import { toText } from '#libs/platform/kernel/instant';
import { AccountAccess } from './account-access';
import { AccountStreams, type AccountExecution, type AccountOutcome } from './account-streams';
import type {
  ActivatePoints,
  AdjustPoints,
  CancelVoucher,
  ConvertPoints,
  GrantTier,
  HoldVoucher,
} from './domain/account.commands';
import { activationAnswer, adjustmentAnswer, conversionAnswer, voucherView } from './domain/answers';
import { tierOf } from './domain/overview';
import { voucherOf } from './domain/vouchers';
import { requestIdOf } from './ids';

/** What may be asked of an account besides tickets and redemptions. */
export type Administration =
  | ConvertPoints
  | ActivatePoints
  | GrantTier
  | HoldVoucher
  | CancelVoucher
  | (AdjustPoints & { readonly note?: string });

/** Such a wish, with who asks and, where it happens in a store, in which. An adjustment's note is still in clear. */
export class AdministrationRequest extends Command<AccountOutcome> {
  constructor(
    readonly memberId: string,
    readonly command: Administration,
    readonly storeId: string | undefined,
    readonly submission: Submission,
  ) {
    super();
  }
}

/** The id that an adjustment or conversion has by the request that asked for it. */
export const administrationId = (kind: 'adjustment' | 'conversion', { idempotency }: Submission): string =>
  requestIdOf(kind, idempotency);

const answerTo = (command: Administration): AccountExecution['answer'] => {
  switch (command.type) {
    case 'AdjustPoints': {
      const { adjustmentId, wallet, points } = command;
      return (told, context) => ({
        status: 201,
        body: adjustmentAnswer(told, context, { adjustmentId, wallet, points }),
      });
    }
    case 'ConvertPoints':
      return (told, context) => ({ status: 201, body: conversionAnswer(told, context, command.conversionId) });
    case 'ActivatePoints':
      return (told, context) => ({ status: 201, body: activationAnswer(told, context, command.wallet) });
    case 'GrantTier':
      return (told, context) => ({
        status: 201,
        body: { tier: tierOf(told.after, context, told.now), granted: command.code, until: toText(command.until) },
      });
    case 'HoldVoucher':
    case 'CancelVoucher':
      return ({ after, now }) => {
        const voucher = voucherOf(after, command.code);
        return { status: 200, body: voucher === undefined ? {} : voucherView(voucher, now) };
      };
  }
};

/** What those do who care for members, not those who serve them in a store. */
const isCare = ({ type }: Administration): boolean =>
  type === 'AdjustPoints' || type === 'CancelVoucher' || type === 'GrantTier';

/** Adjustments, conversions, activations, tiers by hand, vouchers. */
@CommandHandler(AdministrationRequest)
export class AdministrationHandler implements ICommandHandler<AdministrationRequest> {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
    @Inject(MEMBER_TEXT_PORT) private readonly texts: MemberTextPort,
  ) {}

  execute({ memberId, command, storeId, submission }: AdministrationRequest): Promise<AccountOutcome> {
    const { caller, idempotency, meta } = submission;
    return this.streams.orReplay(idempotency, async () => {
      this.access.own(caller, memberId);
      const member = await this.access.member(memberId);
      const store = isCare(command)
        ? await this.access.caring(caller, member, storeId)
        : await this.access.onBehalf(caller, member, storeId);
      return this.streams.execute({
        memberId,
        command: await this.sealed(memberId, command),
        circumstances: await this.access.circumstances(member, store),
        answer: answerTo(command),
        idempotency,
        meta,
      });
    });
  }

  /** A note goes into the log only under the member's own key. */
  private async sealed(memberId: string, command: Administration): Promise<Administration> {
    if (command.type !== 'AdjustPoints' || command.note === undefined) return command;
    const note = await this.texts.seal(memberId, command.note);
    if (note === undefined) throw notFound('member', memberId);
    return { ...command, note };
  }
}
