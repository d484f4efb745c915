import type { Decider, DomainEvent } from '#libs/platform/kernel/decider';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Weighed } from './state-weight';

/** Everything the runner must know of one kind of stream. */
export interface Aggregate<C, S, E extends DomainEvent, R extends string, X> {
  readonly decider: Decider<C, S, E, R, X>;
  readonly catalogue: EventCatalogue;
  /** Rough bytes of a state in memory, where the number of its events says too little; `before` is an earlier one. */
  weigh?(state: S, before?: Weighed<S>): number;
}

/** Who asks, under which key, and the hash that binds the key to one request. */
export interface Idempotency {
  readonly credential: string;
  readonly key: string;
  readonly requestHash: string;
}

/** What an accepted command answers: an HTTP status and a JSON-able body without secrets or profile data. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** The state before and after an accepted command, and the facts in between. `revision` is the stream's last one. */
export interface Transition<S, E> {
  readonly before: S;
  readonly events: readonly E[];
  readonly after: S;
  readonly revision: number;
  readonly now: Instant;
}

/** What is noted with the events of a command: the same with all, or what a function says of each. */
export type MetaFor<E> = Readonly<Record<string, string>> | ((event: E) => Readonly<Record<string, string>>);

/** One command on one stream. */
export interface Execution<C, S, E extends DomainEvent, R extends string, X> {
  readonly aggregate: Aggregate<C, S, E, R, X>;
  readonly id: string;
  readonly command: C;
  /** What the decision needs from outside; asked anew for every attempt, with the state it will be made on. */
  readonly context: X | ((state: S) => X | Promise<X>);
  /** Turns the outcome into the answer that is stored with the events. Pure. */
  readonly answer: (transition: Transition<S, E>) => Answer;
  readonly idempotency?: Idempotency;
  /** Names given back in the same append (see `AppendRequest.releases`). */
  readonly releases?: readonly string[];
  /** Correlation, actor and source, stored with each event; never personal data. A function where events differ. */
  readonly meta?: MetaFor<E>;
}

/** How a command ended. `body` is JSON text, sent as it is. */
export type Outcome<R extends string> =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly replayed: boolean }
  | { readonly kind: 'refused'; readonly reason: R; readonly detail?: string }
  | { readonly kind: 'idempotency-mismatch' }
  | { readonly kind: 'claim-taken'; readonly name: string; readonly streamId: string; readonly revision: number };

/** A stream's state as of its last committed event. */
export interface Current<S> {
  readonly state: S;
  readonly revision: number;
}

/**
 * Runs commands: loads (or has cached) the state, decides, appends in one round trip, retries on a conflict, answers a
 * repeated idempotency key from the store. Commands on one stream wait for each other inside; at most 256 may wait,
 * then {@link TooBusy} is thrown. Store failures reject with `StoreUnavailable`.
 */
export interface CommandRunner {
  execute<C, S, E extends DomainEvent, R extends string, X>(execution: Execution<C, S, E, R, X>): Promise<Outcome<R>>;
  /** The state with every acknowledged command in it. Reads of one member use this, so they see their own writes. */
  current<C, S, E extends DomainEvent, R extends string, X>(
    aggregate: Aggregate<C, S, E, R, X>,
    id: string,
  ): Promise<Current<S>>;
  /** Begins to load a state that a command is about to ask for, so that it comes along with what is looked up first. */
  ahead<C, S, E extends DomainEvent, R extends string, X>(aggregate: Aggregate<C, S, E, R, X>, id: string): void;
  /** The state as it stands in memory, if it does: asks nobody, and may lie behind what another process wrote. */
  remembered<C, S, E extends DomainEvent, R extends string, X>(
    aggregate: Aggregate<C, S, E, R, X>,
    id: string,
  ): S | undefined;
}

/** More than 256 commands wait for one stream, or writers elsewhere kept overtaking the command. The HTTP edge answers 503 with `Retry-After`. */
export class TooBusy extends Error {
  constructor(streamId: string) {
    super(`Too many commands are waiting for ${streamId}.`);
    this.name = 'TooBusy';
  }
}
