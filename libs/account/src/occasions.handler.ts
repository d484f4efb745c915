import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MEMBER_TEXT_PORT, type MemberTextPort } from '#libs/members/src/contract';
import { notFound } from '#libs/platform/http/problem';
import type { Submission } from '#libs/platform/http/submission';
import type { Instant } from '#libs/platform/kernel/instant';
import { AccountAccess, requirePast } from './account-access';
import { AccountStreams, type AccountOutcome } from './account-streams';
import type { RecordActivity, RecordVisit } from './domain/account.commands';
import { resultOf } from './domain/answers';
import { requestIdOf } from './ids';

/** A visit as a till sends it. */
export interface SentVisit {
  readonly memberId: string;
  readonly storeId: string;
  readonly tillId?: string;
  readonly occurredAt: Instant;
  readonly kind: string;
}

/** Something else that rules may reward, as it is sent. */
export interface SentActivity {
  readonly memberId: string;
  readonly type: string;
  readonly occurredAt: Instant;
  readonly storeId?: string;
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** A visit, with who sends it. */
export class VisitRequest extends Command<AccountOutcome> {
  constructor(
    readonly visit: SentVisit,
    readonly submission: Submission,
  ) {
    super();
  }
}

/** An activity, with who sends it. */
export class ActivityRequest extends Command<AccountOutcome> {
  constructor(
    readonly activity: SentActivity,
    readonly submission: Submission,
  ) {
    super();
  }
}

/** Books visits. */
@CommandHandler(VisitRequest)
export class VisitHandler implements ICommandHandler<VisitRequest> {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
  ) {}

  execute({ visit, submission }: VisitRequest): Promise<AccountOutcome> {
    const { caller, idempotency, meta } = submission;
    return this.streams.orReplay(idempotency, async () => {
      const { memberId, storeId, occurredAt, kind } = visit;
      const tillId = visit.tillId ?? caller.tillId;
      const till = tillId === undefined ? {} : { tillId };
      requirePast(occurredAt, this.streams.clock.now());
      this.streams.ahead(memberId);
      const store = await this.access.place(caller, { storeId, ...till });
      const member = await this.access.member(memberId);
      const visitId = requestIdOf('visit', idempotency);
      const command: RecordVisit = { type: 'RecordVisit', visitId, occurredAt, kind, ...till };
      return this.streams.execute({
        memberId,
        command,
        circumstances: await this.access.circumstances(member, store),
        answer: (told, context) => ({ status: 201, body: { visitId, ...resultOf(told, context, visitId) } }),
        idempotency,
        meta,
      });
    });
  }
}

/** Books activities. What is said about one beyond its type is sealed under the member's key. */
@CommandHandler(ActivityRequest)
export class ActivityHandler implements ICommandHandler<ActivityRequest> {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
    @Inject(MEMBER_TEXT_PORT) private readonly texts: MemberTextPort,
  ) {}

  execute({ activity, submission }: ActivityRequest): Promise<AccountOutcome> {
    const { caller, idempotency, meta } = submission;
    return this.streams.orReplay(idempotency, async () => {
      const { memberId, storeId, occurredAt, type } = activity;
      requirePast(occurredAt, this.streams.clock.now());
      const store = await this.access.acting(caller, storeId);
      const member = await this.access.member(memberId);
      const activityId = requestIdOf('activity', idempotency);
      const command: RecordActivity = {
        type: 'RecordActivity',
        activityId,
        on: `activity:${type}`,
        occurredAt,
        ...(await this.sealed(memberId, activity.data)),
      };
      return this.streams.execute({
        memberId,
        command,
        circumstances: await this.access.circumstances(member, store),
        answer: (told, context) => ({ status: 201, body: { activityId, ...resultOf(told, context, activityId) } }),
        idempotency,
        meta,
      });
    });
  }

  private async sealed(memberId: string, data: SentActivity['data']): Promise<{ readonly details?: string }> {
    if (data === undefined) return {};
    const details = await this.texts.seal(memberId, JSON.stringify(data));
    if (details === undefined) throw notFound('member', memberId);
    return { details };
  }
}
