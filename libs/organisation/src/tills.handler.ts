import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { issueToken } from '#libs/platform/crypto/tokens';
import { requireReach } from '#libs/platform/http/caller';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { TILL_TOKEN } from './authenticator';
import { STORE_PORT, type StorePort } from './contract';
import { tillAggregate } from './directory';
import type { TillCommand } from './domain/till.commands';
import { tillStream, type TillRefusal } from './domain/till.decider';

/** How a till's command ended, and its new token when this very request began one. The token is kept nowhere. */
export interface TillOutcome {
  readonly outcome: Outcome<TillRefusal>;
  readonly token: string | null;
}

/** A command on a till, with who asks for it. */
export class TillRequest extends Command<TillOutcome> {
  constructor(
    readonly type: TillCommand['type'],
    readonly till: { readonly storeId: string; readonly tillId: string },
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(TillRequest)
export class TillHandler implements ICommandHandler<TillRequest> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(STORE_PORT) private readonly stores: StorePort,
  ) {}

  async execute({ type, till, submission }: TillRequest): Promise<TillOutcome> {
    const storeOpen = (await this.stores.store(till.storeId)) !== undefined;
    if (storeOpen) requireReach(submission.caller, till.storeId);
    const id = tillStream(till.storeId, till.tillId);
    const issued = issueToken(TILL_TOKEN, id);
    const outcome = await this.runner.execute({
      aggregate: tillAggregate,
      id,
      command: { type, ...till, at: this.clock.now(), tokenHash: issued.hash },
      context: { storeOpen },
      answer: ({ events }) => ({ status: events.length > 0 ? 201 : 200, body: { tillId: till.tillId, token: null } }),
      idempotency: submission.idempotency,
      meta: submission.meta,
    });
    if (outcome.kind !== 'answered') return { outcome, token: null };
    const { state } = await this.runner.current(tillAggregate, id);
    return { outcome, token: state.tokenHash === issued.hash ? issued.token : null };
  }
}
