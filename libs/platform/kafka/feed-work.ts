import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { VersionedFact } from './arrival';
import type { ParkedStream, ShareState } from './feed-store';
import type { Refused } from './feed-target';

/** What is stored about a share, as it was last read or written. */
export interface Memory {
  readonly state: ShareState;
  readonly parked: ReadonlyMap<string, ParkedStream>;
}

/** What is to be done in one transaction. */
export interface Work {
  readonly memory: Memory;
  readonly facts: readonly VersionedFact[];
  readonly next: ShareState;
  /** Streams that are held up already, and up to where facts now wait. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Streams that cannot go on, by id, and from where. Added to as facts are refused. */
  readonly stuck: Map<string, ParkedStream>;
  /** A stream that is held up no more if all its facts are taken. */
  readonly mended?: string;
}

/** By the name of their stream. */
export const byStream = (parked: readonly ParkedStream[]): Map<string, ParkedStream> =>
  new Map(parked.map((each) => [each.streamId, each]));

/** The facts that come before those their streams are stuck at. */
export const movable = ({ facts, stuck }: Work): readonly VersionedFact[] =>
  facts.filter(({ streamId, revision }) => revision < (stuck.get(streamId)?.revision ?? Infinity));

/** The stream that a refused fact holds up. */
export const heldBy = (facts: readonly VersionedFact[], { eventId, error }: Refused): ParkedStream => {
  const fact = facts.find((each) => each.eventId === eventId);
  if (fact === undefined) throw new Error(`A fact was refused that was not given: ${eventId}.`);
  const { streamId, revision } = fact;
  const reaches = Math.max(...facts.filter((each) => each.streamId === streamId).map((each) => each.revision));
  return { streamId, revision, reaches, eventId, error };
};

/**
 * The streams that a fact holds up which this program does not know: a later one must take it. To pass over it would be
 * to mark as dealt with what nobody has dealt with.
 */
const beyond = (facts: readonly VersionedFact[], catalogue: EventCatalogue): readonly ParkedStream[] =>
  facts
    .filter(({ type, schemaVersion }) => !catalogue.knows(type, schemaVersion))
    .map(({ type, schemaVersion, streamId, revision, eventId }) => {
      const error = `This program does not know ${type} of version ${schemaVersion}.`;
      return { streamId, revision, reaches: revision, eventId, error };
    });

/** The streams that cannot go on whoever takes their facts, each at the first of its reasons: these, and those beyond us. */
export const stuckBy = (
  facts: readonly VersionedFact[],
  others: readonly ParkedStream[],
  catalogue: EventCatalogue,
): Map<string, ParkedStream> => {
  const last = new Map(facts.map(({ streamId, revision }) => [streamId, revision]));
  const stuck = [...others, ...beyond(facts, catalogue)].sort((left, right) => right.revision - left.revision);
  return byStream(stuck.map((held) => ({ ...held, reaches: Math.max(held.reaches, last.get(held.streamId) ?? -1) })));
};
