import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { staffAggregate } from './authenticator';
import type { StaffRefusal } from './domain/staff.decider';
import type { StaffDismissed } from './domain/staff.events';

/** The wish to dismiss someone, with who asks for it. */
export class Dismissal extends Command<Outcome<StaffRefusal>> {
  constructor(
    readonly dismissed: StaffDismissed,
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(Dismissal)
export class DismissalHandler implements ICommandHandler<Dismissal> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ dismissed, submission }: Dismissal): Promise<Outcome<StaffRefusal>> {
    const { caller: by, idempotency, meta } = submission;
    const { staffId } = dismissed;
    return this.runner.execute({
      aggregate: staffAggregate,
      id: staffId,
      command: { type: 'DismissStaff', at: this.clock.now(), by, dismissed },
      context: { passwordHolds: false },
      answer: () => ({ status: 200, body: { staffId, state: 'dismissed' } }),
      idempotency,
      meta,
    });
  }
}
