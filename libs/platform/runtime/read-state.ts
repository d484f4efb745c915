import type { EventStore } from '#libs/platform/event-store/event-store';
import { fold, type DomainEvent } from '#libs/platform/kernel/decider';
import type { Aggregate } from './command-runner';
import { decodeEvent } from './event-codec';
import type { Held } from './state-cache';
import type { Weighed } from './state-weight';

type Unknown<S> = Aggregate<never, S, DomainEvent, string, never>;

/** Rough bytes of a state whose aggregate does not weigh it: a base, and a share for each event that went into it. */
export const weightOf = <S>(aggregate: Unknown<S>, held: Held<S>, before?: Weighed<S>): number =>
  aggregate.weigh?.(held.state, before) ?? 1_024 + 96 * Math.min(held.tip.revision + 1, 2_000);

/** A stream's state from its snapshot, if that is of this fold, and the facts after it. */
export const readState = async <C, S, E extends DomainEvent, R extends string, X>(
  store: Pick<EventStore, 'load'>,
  { decider, catalogue }: Aggregate<C, S, E, R, X>,
  streamId: string,
): Promise<Held<S>> => {
  const { tip, snapshot, tail } = await store.load(streamId, decider.foldVersion);
  const start =
    snapshot === undefined
      ? decider.initial(streamId.slice(decider.category.length + 1))
      : (JSON.parse(snapshot.state) as S);
  const facts = tail.map((stored) => decodeEvent<E>(catalogue, stored));
  return { state: fold(decider, start, facts), tip, snapshotRevision: snapshot?.revision ?? -1 };
};
