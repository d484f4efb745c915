import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { passwordHolds } from '#libs/platform/crypto/passwords';
import { issueToken } from '#libs/platform/crypto/tokens';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { SESSION_TOKEN, staffAggregate } from './authenticator';
import type { StaffRefusal } from './domain/staff.decider';

/** How long a session lasts: one working day. */
export const SESSION_HOURS = 12;

/** How a sign-in ended, and the token and end (machine's clock) of the session if it began. */
export interface SignInOutcome {
  readonly outcome: Outcome<StaffRefusal>;
  readonly token: string;
  readonly expiresAt: Instant;
}

/** Someone gives their password. */
export class SignIn extends Command<SignInOutcome> {
  constructor(
    readonly staffId: string,
    readonly password: string,
  ) {
    super();
  }
}

@CommandHandler(SignIn)
export class SignInHandler implements ICommandHandler<SignIn> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ staffId, password }: SignIn): Promise<SignInOutcome> {
    const issued = issueToken(SESSION_TOKEN, staffId);
    const openedAt = Date.now();
    const expiresAt = openedAt + SESSION_HOURS * 3_600_000;
    const outcome = await this.runner.execute({
      aggregate: staffAggregate,
      id: staffId,
      command: {
        type: 'OpenSession',
        at: this.clock.now(),
        session: { staffId, tokenHash: issued.hash, openedAt, expiresAt },
      },
      context: async ({ staff }) => ({ passwordHolds: await passwordHolds(staff?.passwordHash, password) }),
      answer: () => ({ status: 201, body: {} }),
      meta: { actor: `staff:${staffId}` },
    });
    return { outcome, token: issued.token, expiresAt };
  }
}
