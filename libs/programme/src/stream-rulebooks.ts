import type { Aggregate, CommandRunner } from '#libs/platform/runtime/command-runner';
import type { ProgrammeCommand, ProgrammeContext, ProgrammeRefusal } from './domain/programme.commands';
import { type Programme, programmeDecider, programmeId, rulebooks } from './domain/programme.decider';
import { programmeEvents, type ProgrammeEvent } from './domain/programme.events';
import type { RulebookPort } from './domain/rulebook-port';
import type { Rulebooks } from './domain/rulebook';

/** The programme as the command runner handles it. */
export const programmeAggregate: Aggregate<
  ProgrammeCommand,
  Programme,
  ProgrammeEvent,
  ProgrammeRefusal,
  ProgrammeContext
> = { decider: programmeDecider, catalogue: programmeEvents };

/** Answers the rulebooks from the programme's own stream, every acknowledged version in them. */
export class StreamRulebooks implements RulebookPort {
  constructor(private readonly runner: CommandRunner) {}

  async rulebooks(): Promise<Rulebooks> {
    const { state } = await this.runner.current(programmeAggregate, programmeId);
    return rulebooks(state);
  }
}
