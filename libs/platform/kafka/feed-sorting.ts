import { comparePositions, type LogPosition } from '#libs/platform/event-store/event-store';
import type { Arrival, VersionedFact } from './arrival';
import type { Tip } from './feed-store';

/** What to do next with one stream: take a fact, or look facts up in the log that did not come. */
export type Step =
  | { readonly kind: 'take'; readonly fact: VersionedFact }
  | {
      readonly kind: 'look-up';
      readonly streamId: string;
      readonly from: number;
      readonly to: number;
      /** Set where the log may end before: then that is all there is. */
      readonly mayEnd?: true;
    };

/** What is known of a share's streams before messages are sorted. */
export interface Known {
  /** The last event dealt with; undefined for none. */
  readonly tipOf: (streamId: string) => Tip | undefined;
  readonly isParked: (streamId: string) => boolean;
}

/** Messages in the order of their topic, sorted. */
export interface Sorted {
  readonly steps: readonly Step[];
  /** Facts that had been dealt with before. */
  readonly duplicates: number;
  /** Streams of which another event came in the place of one that was dealt with, or that is among these. */
  readonly contradicted: ReadonlySet<string>;
  /** Streams of which something came that lies before the last event dealt with: who knows whether it is the same. */
  readonly doubtful: ReadonlySet<string>;
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

/** The event that an arrival is, where it says so. */
const eventIdOf = (arrival: Arrival): string | undefined => {
  if (arrival.kind === 'fact') return arrival.fact.eventId;
  return arrival.kind === 'pointer' ? arrival.eventId : undefined;
};

/** How far one stream has come among the messages at hand. */
interface Course {
  readonly before: Tip | undefined;
  tip: number;
  readonly taken: VersionedFact[];
}

const idAt = ({ before, taken }: Course, revision: number): string | undefined =>
  before?.revision === revision ? before.eventId : taken.find((fact) => fact.revision === revision)?.eventId;

const isUnsure = (before: Tip | undefined, revision: number): boolean =>
  before?.eventId !== undefined && before.isLogged !== true && revision < before.revision;

class Sorting {
  readonly steps: Step[] = [];
  readonly contradicted = new Set<string>();
  readonly doubtful = new Set<string>();
  readonly waiting = new Map<string, number>();
  readonly unreadable: { readonly index: number; readonly error: string }[] = [];
  duplicates = 0;
  private readonly courses = new Map<string, Course>();

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
    const course = this.courseOf(streamId);
    if (revision <= course.tip) return this.again(arrival, streamId, revision, course);
    const from = course.tip + 1;
    course.tip = revision;
    if (arrival.kind === 'fact') {
      if (revision > from) this.steps.push({ kind: 'look-up', streamId, from, to: revision - 1 });
      this.steps.push({ kind: 'take', fact: arrival.fact });
      course.taken.push(arrival.fact);
    } else {
      this.steps.push({ kind: 'look-up', streamId, from, to: revision });
    }
  }

  private courseOf(streamId: string): Course {
    const known = this.courses.get(streamId);
    if (known !== undefined) return known;
    const before = this.known.tipOf(streamId);
    const course: Course = { before, tip: before?.revision ?? -1, taken: [] };
    this.courses.set(streamId, course);
    return course;
  }

  /** The log has one event at each revision; a topic can hold one that the log has lost, and the one that came instead. */
  private again(arrival: Arrival, streamId: string, revision: number, course: Course): void {
    this.duplicates += 1;
    const [known, eventId] = [idAt(course, revision), eventIdOf(arrival)];
    if (known !== undefined && eventId !== undefined && known !== eventId) this.contradicted.add(streamId);
    else if (isUnsure(course.before, revision)) this.doubtful.add(streamId);
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
