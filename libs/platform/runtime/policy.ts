import type { Fact } from './fact';

/**
 * Whenever a fact of one of these types is in the log, these commands follow. Pure: the same fact, the same commands.
 * Contexts declare policies as plain objects of this shape, each handler typed with the fact it takes.
 */
export interface AnyPolicy<C> {
  /** A sentence in kebab-case, such as `book-awards`. Never renamed: it is part of every key its commands run under. */
  readonly name: string;
  /** Whether facts from before the policy was first run count; `start` unless told otherwise. */
  readonly from?: 'start' | 'now';
  readonly on: Readonly<Record<string, ((fact: never) => readonly C[]) | undefined>>;
}

/** The commands that follow a fact. */
export const commandsOf = <C>(policy: AnyPolicy<C>, fact: Fact): readonly C[] =>
  policy.on[fact.type]?.(fact as never) ?? [];
