import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hashPassword, passwordHolds } from '#libs/platform/crypto/passwords';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { staffAggregate } from './authenticator';
import { STORE_PORT, type StorePort } from './contract';
import type { StoreScope } from './domain/roles';
import type { StaffRefusal } from './domain/staff.decider';
import type { StaffEngaged } from './domain/staff.events';
import { RepeatedPasswords } from './repeated-passwords';

/** Someone to engage: their particulars, and the password in clear, which goes no further than this request. */
export interface NewStaff extends Omit<StaffEngaged, 'passwordHash'> {
  readonly password: string;
}

/** The wish to engage someone, with who asks for it. */
export class StaffRequest extends Command<Outcome<StaffRefusal>> {
  constructor(
    readonly staff: NewStaff,
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(StaffRequest)
export class StaffHandler implements ICommandHandler<StaffRequest> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(STORE_PORT) private readonly stores: StorePort,
    @Inject(RepeatedPasswords) private readonly repeated: RepeatedPasswords,
  ) {}

  async execute({ staff: { password, ...staff }, submission }: StaffRequest): Promise<Outcome<StaffRefusal>> {
    const { caller, idempotency, meta } = submission;
    const passwordHash = await hashPassword(password);
    const outcome = await this.runner.execute({
      aggregate: staffAggregate,
      id: staff.staffId,
      command: { type: 'EngageStaff', at: this.clock.now(), by: caller, staff: { ...staff, passwordHash } },
      context: async (state) => ({
        passwordHolds: state.staff !== undefined && (await passwordHolds(state.staff.passwordHash, password)),
        ...(await this.unknownStore(staff.storeIds)),
      }),
      answer: ({ events }) => ({ status: events.length > 0 ? 201 : 200, body: staff }),
      idempotency,
      meta,
    });
    return this.repeated.check(outcome, { staffId: staff.staffId, password, idempotency });
  }

  private async unknownStore(storeIds: StoreScope): Promise<{ unknownStore?: string }> {
    if (storeIds === 'all') return {};
    const open = new Set((await this.stores.stores()).map((store) => store.storeId));
    const unknownStore = storeIds.find((storeId) => !open.has(storeId));
    return unknownStore === undefined ? {} : { unknownStore };
  }
}
