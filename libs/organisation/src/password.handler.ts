import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hashPassword, passwordHolds } from '#libs/platform/crypto/passwords';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { staffAggregate } from './authenticator';
import type { StaffRefusal } from './domain/staff.decider';
import { RepeatedPasswords } from './repeated-passwords';

/** Passwords in clear, which go no further than this request. */
export interface Passwords {
  readonly password: string;
  /** The one to be replaced, from whoever changes their own. */
  readonly currentPassword?: string;
}

/** The wish that someone has another password, with who asks for it. */
export class PasswordRequest extends Command<Outcome<StaffRefusal>> {
  constructor(
    readonly staffId: string,
    readonly passwords: Passwords,
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(PasswordRequest)
export class PasswordHandler implements ICommandHandler<PasswordRequest> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RepeatedPasswords) private readonly repeated: RepeatedPasswords,
  ) {}

  async execute({ staffId, passwords, submission }: PasswordRequest): Promise<Outcome<StaffRefusal>> {
    const { caller: by, idempotency, meta } = submission;
    const { password, currentPassword } = passwords;
    const passwordHash = await hashPassword(password);
    const outcome = await this.runner.execute({
      aggregate: staffAggregate,
      id: staffId,
      command: { type: 'ChangePassword', at: this.clock.now(), by, changed: { staffId, passwordHash } },
      context: async ({ staff }) => ({
        passwordHolds: currentPassword !== undefined && (await passwordHolds(staff?.passwordHash, currentPassword)),
      }),
      answer: () => ({ status: 200, body: { staffId } }),
      idempotency,
      meta,
    });
    return this.repeated.check(outcome, { staffId, password, idempotency });
  }
}
