import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { staffAggregate } from './authenticator';
import type { StaffRefusal } from './domain/staff.decider';
import type { SessionClosed } from './domain/staff.events';

/** Someone ends the session that they speak in. */
export class SignOut extends Command<Outcome<StaffRefusal>> {
  constructor(readonly session: SessionClosed) {
    super();
  }
}

@CommandHandler(SignOut)
export class SignOutHandler implements ICommandHandler<SignOut> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ session }: SignOut): Promise<Outcome<StaffRefusal>> {
    const { staffId } = session;
    return this.runner.execute({
      aggregate: staffAggregate,
      id: staffId,
      command: { type: 'CloseSession', at: this.clock.now(), session },
      context: { passwordHolds: false },
      answer: () => ({ status: 200, body: { staffId, state: 'closed' } }),
      meta: { actor: `staff:${staffId}` },
    });
  }
}
