import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { notFound } from '#libs/platform/http/problem';
import type { Submission } from '#libs/platform/http/submission';
import type { CaptureHold, UndoRedemption, VoidHold } from './domain/account.commands';
import type { RedemptionAim } from './domain/account.state';
import { redemptionAnswer } from './domain/answers';
import { holdOf } from './domain/holds';
import { AccountAccess } from './account-access';
import { AccountStreams, type AccountOutcome } from './account-streams';
import { requestIdOf, voucherCodes } from './ids';

/** Points asked for at a till. */
export interface SentRedemption {
  readonly memberId: string;
  /** Follows from the request's key unless given. */
  readonly redemptionId?: string;
  readonly aim: RedemptionAim;
}

/** The wish to hold points, with who asks. */
export class HoldRequest extends Command<AccountOutcome> {
  constructor(
    readonly sent: SentRedemption,
    readonly submission: Submission,
  ) {
    super();
  }
}

/** The wish to spend, give up or undo a redemption, with who asks. */
export class RedemptionRequest extends Command<AccountOutcome> {
  constructor(
    readonly command: CaptureHold | VoidHold | UndoRedemption,
    readonly submission: Submission,
  ) {
    super();
  }
}

/** Holds points. */
@CommandHandler(HoldRequest)
export class HoldHandler implements ICommandHandler<HoldRequest> {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
  ) {}

  execute({ sent, submission }: HoldRequest): Promise<AccountOutcome> {
    const { caller, idempotency, meta } = submission;
    return this.streams.orReplay(idempotency, async () => {
      const { memberId, aim } = sent;
      const tillId = aim.ticket?.tillId;
      this.streams.ahead(memberId);
      const store = await this.access.place(caller, {
        storeId: aim.storeId,
        ...(tillId === undefined ? {} : { tillId }),
      });
      const member = await this.access.member(memberId);
      const redemptionId = sent.redemptionId ?? requestIdOf('redemption', idempotency);
      const outcome = await this.streams.execute({
        memberId,
        command: { type: 'HoldPoints', redemptionId, aim },
        circumstances: await this.access.circumstances(member, store),
        answer: (told, context) => ({
          status: told.events.length > 0 ? 201 : 200,
          body: redemptionAnswer(told, context, redemptionId),
        }),
        idempotency,
        meta,
      });
      return outcome.kind === 'refused' && (await this.isAnothers(redemptionId, memberId)) ? takenId : outcome;
    });
  }

  private async isAnothers(redemptionId: string, memberId: string): Promise<boolean> {
    const holder = await this.streams.holderOf(`redemption:${redemptionId}`);
    return holder !== undefined && holder !== memberId;
  }
}

/** An id in use is told as such, whatever else stands against the hold. */
const takenId: AccountOutcome = {
  kind: 'refused',
  reason: 'redemption-differs',
  detail: 'This redemption id is in use already.',
};

/** Captures, voids and undoes redemptions; whose they are, the redemption's name tells. */
@CommandHandler(RedemptionRequest)
export class RedemptionHandler implements ICommandHandler<RedemptionRequest> {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
  ) {}

  execute({ command, submission }: RedemptionRequest): Promise<AccountOutcome> {
    const { caller, idempotency, meta } = submission;
    const { redemptionId } = command;
    return this.streams.orReplay(idempotency, async () => {
      const memberId = await this.streams.holderOf(`redemption:${redemptionId}`);
      if (memberId === undefined) throw notFound('redemption', redemptionId);
      this.streams.ahead(memberId);
      const member = await this.access.member(memberId);
      const hold = holdOf(await this.streams.current(memberId), redemptionId);
      if (hold === undefined) throw notFound('redemption', redemptionId);
      const store = await this.access.place(caller, { storeId: hold.aim.storeId });
      const codes = command.type === 'CaptureHold' && hold.aim.kind === 'reward' ? voucherCodes(1) : [];
      return this.streams.execute({
        memberId,
        command,
        circumstances: await this.access.circumstances(member, store, codes),
        answer: (told, context) => ({ status: 200, body: redemptionAnswer(told, context, redemptionId) }),
        idempotency,
        meta,
      });
    });
  }
}
