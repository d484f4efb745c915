import type { Outcome } from '#libs/platform/runtime/command-runner';
import type { Dispatcher, Origin } from '#libs/platform/runtime/dispatch';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import type { AnyTimer } from '#libs/platform/runtime/timer';

/** A command on its way to the context that asked for it. */
export type Deed = (origin: Origin) => Promise<Outcome<string>>;

/** What contexts do by themselves: because of a fact (policies) or because of the time (timers). */
export interface Reactions {
  readonly policies: readonly AnyPolicy<Deed>[];
  readonly timers: readonly AnyTimer<Deed>[];
}

/** A context's own policies and timers, and whoever carries out what they ask for. */
export interface ContextReactions<C> {
  readonly policies: readonly AnyPolicy<C>[];
  readonly timers: readonly AnyTimer<C>[];
  readonly dispatch: Dispatcher<C>;
}

const addressed = <C>(
  commandsOf: (fact: never) => readonly C[],
  dispatch: Dispatcher<C>,
): ((fact: never) => readonly Deed[]) => {
  const deed =
    (command: C): Deed =>
    (origin) =>
      dispatch(command, origin);
  return (fact) => commandsOf(fact).map(deed);
};

const policyOf = <C>({ on, ...policy }: AnyPolicy<C>, dispatch: Dispatcher<C>): AnyPolicy<Deed> => ({
  ...policy,
  on: Object.fromEntries(
    Object.entries(on).flatMap(([type, commandsOf]) =>
      commandsOf === undefined ? [] : [[type, addressed(commandsOf, dispatch)]],
    ),
  ),
});

const timerOf = <C>(timer: AnyTimer<C>, dispatch: Dispatcher<C>): AnyTimer<Deed> => ({
  ...timer,
  whenDue: (due, key) => timer.whenDue(due, key).map((command) => (origin) => dispatch(command, origin)),
});

/** A context's reactions with their commands addressed, so that those of all contexts can run side by side and in one order of time. */
export const reactionsOf = <C>({ policies, timers, dispatch }: ContextReactions<C>): Reactions => ({
  policies: policies.map((policy) => policyOf(policy, dispatch)),
  timers: timers.map((timer) => timerOf(timer, dispatch)),
});

/** All these reactions together. */
export const allReactions = (parts: readonly Reactions[]): Reactions => ({
  policies: parts.flatMap(({ policies }) => policies),
  timers: parts.flatMap(({ timers }) => timers),
});

/** Hands a deed its origin. */
export const carryOut: Dispatcher<Deed> = (deed, origin) => deed(origin);
