import { accept, type Decider, type Decision, refuse } from '#libs/platform/kernel/decider';
import type { ProgrammeCommand, ProgrammeContext, ProgrammeRefusal, PublishProgramme } from './programme.commands';
import type { ProgrammeEvent } from './programme.events';
import { type Rulebooks, rulebooksOf } from './rulebook';

/** Every version published so far, oldest first. */
export interface Programme {
  readonly versions: readonly ProgrammeEvent['data'][];
}

/** The id of the one programme of an installation; its stream is `programme-main`. */
export const programmeId = 'main';

const publish = (
  command: PublishProgramme,
  { versions }: Programme,
  { now }: ProgrammeContext,
): Decision<ProgrammeEvent, ProgrammeRefusal> => {
  const { document, note } = command;
  const first = versions.length === 0;
  const effectiveFrom = command.effectiveFrom ?? (first ? null : now);
  if (!first && effectiveFrom !== null && effectiveFrom < now) {
    return refuse('effective-in-the-past', 'Only the first version of a programme may take effect in the past.');
  }
  const data = { version: versions.length + 1, document, effectiveFrom, note, publishedAt: now };
  return accept({ type: 'ProgrammePublished', at: now, data });
};

/** Publishes versions of the programme; the stream is its whole history. */
export const programmeDecider: Decider<
  ProgrammeCommand,
  Programme,
  ProgrammeEvent,
  ProgrammeRefusal,
  ProgrammeContext
> = {
  category: 'programme',
  foldVersion: 1,
  initial: () => ({ versions: [] }),
  decide: publish,
  evolve: ({ versions }, event) => ({ versions: [...versions, event.data] }),
};

const known = new WeakMap<Programme, Rulebooks>();

/** The rulebooks of a programme's state. The same state object answers the same rulebooks. */
export const rulebooks = (programme: Programme): Rulebooks => {
  const made = known.get(programme) ?? rulebooksOf(programme.versions);
  known.set(programme, made);
  return made;
};
