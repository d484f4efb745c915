import type { Fact } from '#libs/platform/runtime/fact';
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
  readonly facts: readonly Fact[];
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
export const movable = ({ facts, stuck }: Work): readonly Fact[] =>
  facts.filter(({ streamId, revision }) => revision < (stuck.get(streamId)?.revision ?? Infinity));

/** The stream that a refused fact holds up. */
export const heldBy = (facts: readonly Fact[], { eventId, error }: Refused): ParkedStream => {
  const fact = facts.find((each) => each.eventId === eventId);
  if (fact === undefined) throw new Error(`A fact was refused that was not given: ${eventId}.`);
  const { streamId, revision } = fact;
  const reaches = Math.max(...facts.filter((each) => each.streamId === streamId).map((each) => each.revision));
  return { streamId, revision, reaches, eventId, error };
};
