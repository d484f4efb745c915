import type { KeyVault } from '#libs/platform/crypto/key-vault';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import type { Decider, DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';

/** Looks at one stream as a whole, fact by fact, and says in the end what does not add up. */
export interface StreamAudit {
  take(event: DomainEvent): void;
  /** English sentences, none when all is well. `writtenAt` is when the last fact was recorded. */
  problems(state: unknown, writtenAt: Instant): readonly string[];
}

/** Ids of data keys that a stream's state needs, or that must be gone. */
export interface KeyUse {
  readonly kept: readonly string[];
  readonly destroyed: readonly string[];
}

/** What opens what is sealed. */
export interface Keys {
  readonly masterKey: MasterKey;
  readonly vault: Pick<KeyVault, 'get'>;
}

/** What can be asked of a kind of stream beyond its fold. */
export interface StreamChecks<S> {
  /** A fresh audit for one stream. */
  readonly audit?: () => StreamAudit;
  /** The data keys behind a state. */
  readonly keysOf?: (state: S) => KeyUse;
  /** Whether everything on these streams was asked for under an idempotency key, so that its answer is on record. */
  readonly isAnswered?: boolean;
  /** The names that a state holds and its facts show only under its data key. */
  readonly sealedClaims?: (keys: Keys) => (state: S) => Promise<readonly string[]>;
}

/** A kind of stream as those see it who read the whole log: what its facts are, and what they add up to. */
export interface StreamKind {
  readonly category: string;
  readonly foldVersion: number;
  readonly catalogue: EventCatalogue;
  initial(id: string): unknown;
  evolve(state: unknown, event: DomainEvent): unknown;
  /** Names that the facts take; absent where the facts do not show them. */
  readonly claims?: (events: readonly DomainEvent[]) => readonly string[];
  readonly audit?: () => StreamAudit;
  readonly keysOf?: (state: unknown) => KeyUse;
  readonly sealedClaims?: (keys: Keys) => (state: unknown) => Promise<readonly string[]>;
  readonly isAnswered?: boolean;
}

/** The kind of stream that a decider and its catalogue make. */
export const streamKind = <C, S, E extends DomainEvent, R extends string, X>(
  decider: Decider<C, S, E, R, X>,
  catalogue: EventCatalogue,
  checks: StreamChecks<S> = {},
): StreamKind => {
  const { audit, keysOf, sealedClaims, isAnswered } = checks;
  const claims = decider.claims && ((events: readonly DomainEvent[]) => decider.claims?.(events as readonly E[]) ?? []);
  return {
    category: decider.category,
    foldVersion: decider.foldVersion,
    catalogue,
    initial: (id) => decider.initial(id),
    evolve: (state, event) => decider.evolve(state as S, event as E),
    ...(claims && { claims }),
    ...(audit && { audit }),
    ...(isAnswered && { isAnswered }),
    ...(keysOf && { keysOf: (state) => keysOf(state as S) }),
    ...(sealedClaims && {
      sealedClaims: (keys) => {
        const claimsOf = sealedClaims(keys);
        return (state) => claimsOf(state as S);
      },
    }),
  };
};

/** Every type of event of these kinds of streams. */
export const catalogueOf = (kinds: readonly StreamKind[]): EventCatalogue =>
  new EventCatalogue(kinds.flatMap(({ catalogue }) => catalogue.all()));
