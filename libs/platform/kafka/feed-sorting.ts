import { comparePositions, type LogPosition } from '#libs/platform/event-store/event-store';
import type { Arrival, VersionedFact } from './arrival';

/** What to do next with one stream: take a fact, or look facts up in the log that did not come. */
export type Step =
  | { readonly kind: 'take'; readonly fact: VersionedFact }
  | { readonly kind: 'look-up'; readonly streamId: string; readonly from: number; readonly to: number };

/** What is known of a share's streams before messages are sorted. */
export interface Known {
  /** The last revision dealt with; −1 for none. */
  readonly tipOf: (streamId: string) => number;
  readonly isParked: (streamId: string) => boolean;
}

/** Messages in the order of their topic, sorted. */
export interface Sorted {
  readonly steps: readonly Step[];
  /** Facts that had been dealt with before. */
  readonly duplicates: number;
  /** For each stream that is held up, the last fact that has to wait. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly unreadable: readonly { readonly index: number; readonly error: string }[];
  /** Up to where in the log everything of this share has come. */
  readonly place: LogPosition;
}

/** The place in the log that an arrival speaks of, where it says one. */
export const placeOf = (arrival: Arrival): LogPosition | undefined => {
  if (arrival.kind === 'fact') return arrival.fact.place;
  return arrival.kind === 'pointer' || arrival.kind === 'reached' ? arrival.place : undefined;
};

const logEnd: LogPosition = { xid: Infinity, position: Infinity };

/** Up to where in the log arrivals in a row leave out what came before them: that place itself is not meant. */
export const endOfUntold = (arrivals: readonly Arrival[]): LogPosition => {
  const first = arrivals.find((arrival) => placeOf(arrival) !== undefined);
  const place = (first && placeOf(first)) ?? logEnd;
  // The fact at the place that was reached had been sent before, in a message that is not among these.
  return first?.kind === 'reached' ? { xid: place.xid, position: place.position + 1 } : place;
};

/** The stream and revision that an arrival is about. */
export const subjectOf = (arrival: Arrival): { readonly streamId: string; readonly revision: number } | undefined => {
  if (arrival.kind === 'fact') return arrival.fact;
  return arrival.kind === 'pointer' ? arrival : undefined;
};

class Sorting {
  readonly steps: Step[] = [];
  readonly waiting = new Map<string, number>();
  readonly unreadable: { readonly index: number; readonly error: string }[] = [];
  duplicates = 0;
  private readonly tips = new Map<string, number>();

  constructor(
    private readonly known: Known,
    public place: LogPosition,
  ) {}

  add(arrival: Arrival, index: number): void {
    if (arrival.kind === 'foreign') return;
    if (arrival.kind === 'unreadable') {
      this.unreadable.push({ index, error: arrival.error });
      return;
    }
    const place = placeOf(arrival);
    if (place !== undefined && comparePositions(place, this.place) > 0) this.place = place;
    const subject = subjectOf(arrival);
    if (subject === undefined) return;
    if (this.known.isParked(subject.streamId)) this.wait(subject);
    else this.step(arrival, subject);
  }

  private wait({ streamId, revision }: { readonly streamId: string; readonly revision: number }): void {
    this.waiting.set(streamId, Math.max(revision, this.waiting.get(streamId) ?? -1));
  }

  private step(
    arrival: Arrival,
    { streamId, revision }: { readonly streamId: string; readonly revision: number },
  ): void {
    const tip = this.tips.get(streamId) ?? this.known.tipOf(streamId);
    if (revision <= tip) {
      this.duplicates += 1;
      return;
    }
    this.tips.set(streamId, revision);
    const isNext = revision === tip + 1;
    if (arrival.kind === 'fact') {
      if (!isNext) this.steps.push({ kind: 'look-up', streamId, from: tip + 1, to: revision - 1 });
      this.steps.push({ kind: 'take', fact: arrival.fact });
    } else {
      this.steps.push({ kind: 'look-up', streamId, from: tip + 1, to: revision });
    }
  }
}

/**
 * What messages mean for a share of a topic. A fact that was dealt with is passed over; one that comes right after the
 * last of its stream is taken; where some are missing in between, they are looked up in the log first. Pure.
 */
export const sorted = (arrivals: readonly Arrival[], known: Known, place: LogPosition): Sorted => {
  const sorting = new Sorting(known, place);
  for (const [index, arrival] of arrivals.entries()) sorting.add(arrival, index);
  return sorting;
};
