import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CLOCK, COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import type { ProgrammeCommand, ProgrammeRefusal } from './domain/programme.commands';
import { programmeId } from './domain/programme.decider';
import { versionView } from './http/programme.query';
import { programmeAggregate } from './stream-rulebooks';

/** The wish to publish a version, with who asks for it. */
export class ProgrammeRequest extends Command<Outcome<ProgrammeRefusal>> {
  constructor(
    readonly command: ProgrammeCommand,
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(ProgrammeRequest)
export class ProgrammeHandler implements ICommandHandler<ProgrammeRequest> {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ command, submission }: ProgrammeRequest): Promise<Outcome<ProgrammeRefusal>> {
    return this.runner.execute({
      aggregate: programmeAggregate,
      id: programmeId,
      command,
      context: () => ({ now: this.clock.now() }),
      answer: ({ after: { versions } }) => {
        const published = versions.at(-1);
        return { status: 201, body: published === undefined ? {} : versionView(published) };
      },
      idempotency: submission.idempotency,
      meta: submission.meta,
    });
  }
}
