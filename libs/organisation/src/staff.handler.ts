import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { staffAggregate } from './authenticator';
import type { StaffRefusal } from './domain/staff.decider';
import { RepeatedPasswords } from './repeated-passwords';
import { StaffParticulars, type NewStaff } from './staff-particulars';

/** The wish to engage someone, with who asks for it. */
export class StaffRequest extends Command<Outcome<StaffRefusal>> {
  constructor(
    readonly staff: NewStaff,
    readonly submission: Submission,
  ) {
    super();
  }
}

/**
 * Every attempt seals the name under a key of its own, which is destroyed after one that engaged nobody. The answer on
 * record holds no name: who may repeat a request has said it themselves.
 */
@CommandHandler(StaffRequest)
export class StaffHandler implements ICommandHandler<StaffRequest> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(StaffParticulars) private readonly particulars: StaffParticulars,
    @Inject(RepeatedPasswords) private readonly repeated: RepeatedPasswords,
  ) {}

  async execute({ staff, submission }: StaffRequest): Promise<Outcome<StaffRefusal>> {
    const { caller, idempotency, meta } = submission;
    const { password, ...shown } = staff;
    const { staffId } = shown;
    const concealed = await this.particulars.conceal(staff);
    const outcome = await this.runner.execute({
      aggregate: staffAggregate,
      id: staffId,
      command: { type: 'EngageStaff', at: this.clock.now(), by: caller, staff: concealed },
      context: (state) => this.particulars.against(state, staff),
      answer: ({ events }) => ({ status: events.length > 0 ? 201 : 200, body: { staffId } }),
      idempotency,
      meta,
    });
    const isEngaged = outcome.kind === 'answered' && !outcome.replayed && outcome.status === 201;
    if (!isEngaged) await this.particulars.drop(concealed);
    const checked = await this.repeated.check(outcome, { staffId, password, idempotency });
    return checked.kind === 'answered' ? { ...checked, body: JSON.stringify(shown) } : checked;
  }
}
