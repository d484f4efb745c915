import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import type { CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import { storeAggregate } from './directory';
import type { StoreCommand } from './domain/store.commands';
import { CHAIN, type StoreRefusal } from './domain/store.decider';

/** A command on the chain's stores, with who asks for it. */
export class StoreRequest extends Command<Outcome<StoreRefusal>> {
  constructor(
    readonly command: StoreCommand,
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(StoreRequest)
export class StoreHandler implements ICommandHandler<StoreRequest> {
  constructor(@Inject(COMMAND_RUNNER) private readonly runner: CommandRunner) {}

  execute({ command, submission }: StoreRequest): Promise<Outcome<StoreRefusal>> {
    return this.runner.execute({
      aggregate: storeAggregate,
      id: CHAIN,
      command,
      context: undefined,
      answer: ({ events }) => ({ status: events.length > 0 ? 201 : 200, body: command.store }),
      idempotency: submission.idempotency,
      meta: submission.meta,
    });
  }
}
