import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Send } from '#libs/platform/read-models/send';
import type { Fact } from '#libs/platform/runtime/fact';

/** A fact that cannot be taken, however often it comes. */
export interface Refused {
  readonly eventId: string;
  readonly error: string;
}

/** What a feed leads to. Several partitions are worked on side by side, in several processes. */
export interface FeedTarget {
  /** True when this process may take part; a feed that must not stays out of its group and asks again later. */
  ready(): Promise<boolean>;
  /** Whether it looks at what facts of a type say; so it does unless told otherwise. Of others the data is not even read. */
  readonly wants?: (type: string) => boolean;
  /** Effects outside the database. They come before their facts are marked as dealt with, so they must bear repeating. */
  before(facts: readonly Fact[]): Promise<void>;
  /**
   * Effects in the transaction that marks the facts as dealt with. Facts that are answered as refused undo all of it:
   * the rest is then given again without them. Rejects with {@link NotReady} when this process must not take part.
   */
  within(facts: readonly Fact[], send: Send): Promise<readonly Refused[]>;
  /**
   * Whether all that it keeps has been made from the log alone since then, which undoes what was no fact of the log. A
   * target that does not say so keeps nothing that could be.
   */
  readonly renewedSince?: (at: Instant) => Promise<boolean>;
  /** Told now and then up to where in the log everything has been dealt with, in all processes together. */
  reached(place: LogPosition): Promise<void>;
}

/** This process must not take part for now: the tables are of another version, or kept by somebody else. */
export class NotReady extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NotReady';
  }
}

/** Somebody else did the same work in between: what was done so far is undone, and looked at anew. */
export class Overtaken extends Error {
  constructor() {
    super('Another process has moved on with this part of the topic.');
    this.name = 'Overtaken';
  }
}
