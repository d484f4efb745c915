import type { Instant } from './instant';

/** A fact as a decider states it. `at` is when it happened (occurred), which may lie before it is recorded. */
export interface DomainEvent {
  readonly type: string;
  readonly at: Instant;
  readonly data: object;
}

/** The command holds: these facts follow, in order. None at all means that everything asked for is already so. */
export interface Accepted<E> {
  readonly kind: 'accepted';
  readonly events: readonly E[];
  /** The state after these facts, where deciding has worked it out anyway; it must equal their fold. */
  readonly after?: unknown;
}

/** The command does not hold. `reason` answers "why not" in kebab-case and comes from the decider's closed union. */
export interface Refused<R extends string> {
  readonly kind: 'refused';
  readonly reason: R;
  readonly detail?: string;
}

/** What `decide` answers: facts, or one reason why there are none. Refusals are values, never exceptions. */
export type Decision<E, R extends string> = Accepted<E> | Refused<R>;

/** States facts (or, with none, that nothing needs to change). */
export const accept = <E>(...events: readonly E[]): Accepted<E> => ({ kind: 'accepted', events });

/** Refuses with a reason; `detail` is one English sentence for the person at the till. */
export const refuse = <R extends string>(reason: R, detail?: string): Refused<R> =>
  detail === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, detail };

/**
 * One consistency boundary: a stream of facts, their fold, and the decisions on it. All functions are pure and total:
 * no clock, no randomness, no input or output, no throw. Whatever a decision needs from outside comes in `context`.
 */
export interface Decider<Command, State, Event extends DomainEvent, Reason extends string, Context = undefined> {
  /** Stream category in snake_case; the stream of an id is `<category>-<id>`. */
  readonly category: string;
  /** Raised whenever `evolve` or the shape of the state changes, so that older snapshots are ignored. */
  readonly foldVersion: number;
  /** The state of a stream without events. */
  initial(id: string): State;
  decide(command: Command, state: State, context: Context): Decision<Event, Reason>;
  /** Applies a fact that has happened. Never refuses, never decides again. */
  evolve(state: State, event: Event): State;
  /** Names that these facts take across all streams, such as `ticket:<id>`; the store grants each to one stream only. */
  claims?(events: readonly Event[]): readonly string[];
}

/** The name of the stream of `id` in a category: `account-M1`. */
export const streamOf = (category: string, id: string): string => `${category}-${id}`;

/** The id within a stream's name: `M1` of `account-M1`. Categories contain no hyphen, ids may. */
export const idOf = (streamId: string): string => streamId.slice(streamId.indexOf('-') + 1);

/** The category within a stream's name: `account` of `account-M1`. */
export const categoryOf = (streamId: string): string => streamId.slice(0, streamId.indexOf('-'));

/** The state after the given facts, in order. */
export const fold = <S, E extends DomainEvent>(
  decider: { evolve(state: S, event: E): S },
  state: S,
  events: Iterable<E>,
): S => {
  let folded = state;
  for (const event of events) folded = decider.evolve(folded, event);
  return folded;
};
