import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { staffAggregate } from './authenticator';
import type { DismissStaff } from './domain/staff.commands';
import type { StaffRefusal } from './domain/staff.decider';
import { StaffNames } from './staff-names';

/** The wish to dismiss someone, with who asks for it. */
export class Dismissal extends Command<Outcome<StaffRefusal>> {
  constructor(
    readonly dismissed: DismissStaff['dismissed'],
    readonly submission: Submission,
  ) {
    super();
  }
}

/** First the fact, then the key of the name. A crash in between is healed by `forget-staff`, or by saying it again. */
@CommandHandler(Dismissal)
export class DismissalHandler implements ICommandHandler<Dismissal> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(StaffNames) private readonly names: StaffNames,
  ) {}

  async execute({ dismissed, submission }: Dismissal): Promise<Outcome<StaffRefusal>> {
    const { caller: by, idempotency, meta } = submission;
    const { staffId } = dismissed;
    const outcome = await this.runner.execute({
      aggregate: staffAggregate,
      id: staffId,
      command: { type: 'DismissStaff', at: this.clock.now(), by, dismissed },
      context: { passwordHolds: false },
      answer: () => ({ status: 200, body: { staffId, state: 'dismissed' } }),
      idempotency,
      meta,
    });
    const { state } = await this.runner.current(staffAggregate, staffId);
    if (state.dismissed?.keyId !== undefined) await this.names.forget(state.dismissed.keyId);
    return outcome;
  }
}
