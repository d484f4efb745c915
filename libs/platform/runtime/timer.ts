import type { Instant } from '#libs/platform/kernel/instant';

/** When something falls due, and what the timer then needs to know: plain JSON. */
export interface Due {
  readonly dueAt: Instant;
  readonly data?: object;
}

/** An entry on the list of what falls due. */
export interface DueEntry extends Due {
  readonly timer: string;
  readonly key: string;
  readonly ordinal: number;
}

/**
 * Whenever something is due, these commands follow. Facts put entries on a list, move them and take them off; pure, as
 * projections are. An entry runs once for each instant it falls due at, and stays on the list until a fact takes it off.
 * Contexts declare timers as plain objects of this shape, each handler typed with the fact it takes.
 */
export interface AnyTimer<C> {
  /** A sentence in kebab-case, such as `expire-lots`. Never renamed: it is part of every key its commands run under. */
  readonly name: string;
  /** Raised whenever the entries or their conditions change. */
  readonly version: number;
  /** Among what is due at the same instant, lower numbers run first. */
  readonly ordinal: number;
  /** The entries that a fact touches; asked only for types that `on` knows. */
  readonly keysOf: (fact: never) => readonly string[];
  /** The entry after the fact; null when nothing is due (any more). */
  readonly on: Readonly<Record<string, ((due: Due | undefined, fact: never, key: string) => Due | null) | undefined>>;
  /** The commands to give, each counting as given at the instant it was due. */
  readonly whenDue: (due: Due, key: string) => readonly C[];
}

/** The list of what falls due, in the order of instant, ordinal, timer and key. */
export interface DueList {
  /** The first `limit` entries that are due at or before an instant and have not run for it yet. */
  due(until: Instant, limit: number): Promise<readonly DueEntry[]>;
  /** When the next entry falls due that has not run yet. */
  next(): Promise<Instant | undefined>;
  /** Notes that these have run for the instants they carry. */
  ran(entries: readonly DueEntry[]): Promise<void>;
}
