import { fold, streamOf } from '#libs/platform/kernel/decider';
import type { Accepted, Decision, DomainEvent } from '#libs/platform/kernel/decider';
import type { AppendOutcome, AppendRequest, EventStore } from '#libs/platform/event-store/event-store';
import type { Clock } from './clock';
import { TooBusy } from './command-runner';
import type { Aggregate, CommandRunner, Current, Execution, Outcome, Transition } from './command-runner';
import { encodeEvents } from './event-codec';
import { commandIdOf, replay } from './idempotency';
import { insist } from './insist';
import { readState, weightOf } from './read-state';
import { StateCache, cacheLimitsOf } from './state-cache';
import type { CacheLimits, Held } from './state-cache';
import { StreamQueue } from './stream-queue';

/** Settings of a {@link CachedCommandRunner}. */
export interface RunnerSettings {
  /** A snapshot goes with an append once this many events follow the last one. */
  readonly snapshotEvery: number;
  /** How many commands may wait for one stream. */
  readonly maxWaiting: number;
  /** For how long a command is decided anew while writers in other processes keep overtaking it, ms. */
  readonly patienceMs: number;
  readonly cache: CacheLimits;
}

/** What an ordinary server runs with, except that it measures its memory out. */
export const defaultRunnerSettings: RunnerSettings = {
  snapshotEvery: 64,
  maxWaiting: 256,
  patienceMs: 8_000,
  cache: cacheLimitsOf(64 * 1024 ** 2),
};

const nothing: Accepted<never> = { kind: 'accepted', events: [] };

const contextOf = <S, X>(context: X | ((state: S) => X | Promise<X>), state: S): X | Promise<X> =>
  typeof context === 'function' ? (context as (state: S) => X | Promise<X>)(state) : context;

/** A decision on its way into the log. */
interface Drafted<S> {
  readonly request: AppendRequest;
  readonly after: S;
  readonly status: number;
  readonly body: string;
}

/** {@link CommandRunner} over an event store, with the last used states in memory: the usual command reads nothing. */
export class CachedCommandRunner implements CommandRunner {
  private readonly cache: StateCache;
  private readonly queue: StreamQueue;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly settings: RunnerSettings = defaultRunnerSettings,
  ) {
    this.cache = new StateCache(settings.cache);
    this.queue = new StreamQueue(settings.maxWaiting);
  }

  /** Commands that run or wait, over all streams. */
  get inFlight(): number {
    return this.queue.size;
  }

  /** States in memory, and their rough weight in bytes. */
  get cacheUse(): { readonly states: number; readonly bytes: number } {
    return { states: this.cache.size, bytes: this.cache.bytes };
  }

  async execute<C, S, E extends DomainEvent, R extends string, X>(
    execution: Execution<C, S, E, R, X>,
  ): Promise<Outcome<R>> {
    const streamId = streamOf(execution.aggregate.decider.category, execution.id);
    const turn = this.queue.enter(streamId);
    if (turn !== undefined) await turn;
    try {
      const outcome =
        (await this.attempt(streamId, execution)) ??
        (await insist(this.settings.patienceMs, () => {
          this.cache.drop(streamId);
          return this.attempt(streamId, execution);
        }));
      if (outcome === undefined) throw new TooBusy(streamId);
      return outcome;
    } catch (error) {
      this.cache.drop(streamId);
      throw error;
    } finally {
      this.queue.leave(streamId);
    }
  }

  async current<C, S, E extends DomainEvent, R extends string, X>(
    aggregate: Aggregate<C, S, E, R, X>,
    id: string,
  ): Promise<Current<S>> {
    const streamId = streamOf(aggregate.decider.category, id);
    const held = this.cached<S>(streamId) ?? (await this.load(aggregate, streamId));
    return { state: held.state, revision: held.tip.revision };
  }

  ahead<C, S, E extends DomainEvent, R extends string, X>(aggregate: Aggregate<C, S, E, R, X>, id: string): void {
    const streamId = streamOf(aggregate.decider.category, id);
    // A failure is told to whoever needs the state, and then asks again.
    if (this.cached<S>(streamId) === undefined) this.load(aggregate, streamId).catch(() => undefined);
  }

  remembered<C, S, E extends DomainEvent, R extends string, X>(
    { decider }: Aggregate<C, S, E, R, X>,
    id: string,
  ): S | undefined {
    return this.cached<S>(streamOf(decider.category, id))?.state;
  }

  /**
   * Forgets states that do not include these facts yet. Whoever reads the log tells it what other processes wrote;
   * what this process wrote itself is known already and stays.
   */
  invalidate(facts: Iterable<{ readonly streamId: string; readonly revision: number }>): void {
    for (const fact of facts) this.cache.dropBefore(fact.streamId, fact.revision);
  }

  /** Forgets every state, for whoever cannot know what others have written since they were read. */
  forget(): void {
    this.cache.clear();
  }

  /** One decision; `undefined` when it was made on a state that is no longer the stream's last. */
  private async attempt<C, S, E extends DomainEvent, R extends string, X>(
    streamId: string,
    execution: Execution<C, S, E, R, X>,
  ): Promise<Outcome<R> | undefined> {
    const cached = this.cached<S>(streamId);
    const isOlder = cached !== undefined || this.cache.isLoading(streamId);
    const held = cached ?? (await this.load(execution.aggregate, streamId));
    const context = contextOf(execution.context, held.state);
    const known = context instanceof Promise ? await context : context;
    const decision = execution.aggregate.decider.decide(execution.command, held.state, known);
    if (decision.kind === 'accepted' && decision.events.length > 0)
      return this.append(streamId, execution, held, decision);
    return this.withoutFacts(streamId, execution, held, { decision, isOlder });
  }

  /**
   * Nothing to append: a repeated key gets its first answer, and what an older state than the command led to is held
   * back until the stream has shown that no other process moved it on.
   */
  private async withoutFacts<C, S, E extends DomainEvent, R extends string, X>(
    streamId: string,
    execution: Execution<C, S, E, R, X>,
    held: Held<S>,
    made: { readonly decision: Decision<E, R>; readonly isOlder: boolean },
  ): Promise<Outcome<R> | undefined> {
    const { idempotency } = execution;
    const [stored, newer] = await Promise.all([
      idempotency === undefined ? undefined : this.store.findCommand(idempotency.credential, idempotency.key),
      made.isOlder ? this.store.readStream(streamId, held.tip.revision + 1, 1) : [],
    ]);
    if (stored !== undefined && idempotency !== undefined) return replay(stored, idempotency);
    if (newer.length > 0) return undefined;
    if (made.decision.kind === 'refused') return made.decision;
    if (idempotency !== undefined) return this.append(streamId, execution, held, nothing);
    const { status, body } = this.draft(streamId, execution, held, nothing);
    return { kind: 'answered', status, body, replayed: false };
  }

  private async append<C, S, E extends DomainEvent, R extends string, X>(
    streamId: string,
    execution: Execution<C, S, E, R, X>,
    held: Held<S>,
    accepted: Accepted<E>,
  ): Promise<Outcome<R> | undefined> {
    const { request, after, status, body } = this.draft(streamId, execution, held, accepted);
    const outcome = await this.store.append(request);
    if (outcome.kind !== 'appended') return this.notAppended(streamId, execution, held, outcome);
    const snapshotRevision = request.snapshot?.revision ?? held.snapshotRevision;
    const next: Held<S> = { state: after, tip: outcome.tip, snapshotRevision };
    this.cache.put(streamId, next, weightOf(execution.aggregate, next, this.cache.weighed(streamId)));
    return { kind: 'answered', status, body, replayed: false };
  }

  private async notAppended<C, S, E extends DomainEvent, R extends string, X>(
    streamId: string,
    { idempotency }: Execution<C, S, E, R, X>,
    held: Held<S>,
    outcome: Exclude<AppendOutcome, { kind: 'appended' }>,
  ): Promise<Outcome<R> | undefined> {
    if (outcome.kind === 'conflict') return undefined;
    // Whoever wrote the command or took the name may have been another process.
    this.cache.drop(streamId);
    if (outcome.kind === 'duplicate-command')
      return idempotency === undefined ? undefined : replay(outcome.command, idempotency);
    const stored = idempotency && (await this.store.findCommand(idempotency.credential, idempotency.key));
    if (stored !== undefined && idempotency !== undefined) return replay(stored, idempotency);
    // The name went to this very stream after the state that was decided on: that state was behind.
    if (outcome.by.streamId === streamId && outcome.by.revision > held.tip.revision) return undefined;
    return { kind: 'claim-taken', name: outcome.name, ...outcome.by };
  }

  private draft<C, S, E extends DomainEvent, R extends string, X>(
    streamId: string,
    execution: Execution<C, S, E, R, X>,
    held: Held<S>,
    { events, after: folded }: Accepted<E>,
  ): Drafted<S> {
    const { decider, catalogue } = execution.aggregate;
    const { idempotency, releases } = execution;
    const now = this.clock.now();
    const after = (folded as S | undefined) ?? fold(decider, held.state, events);
    const revision = held.tip.revision + events.length;
    const transition: Transition<S, E> = { before: held.state, events, after, revision, now };
    const answer = execution.answer(transition);
    const body = JSON.stringify(answer.body);
    const claims = decider.claims?.(events);
    const snapshotDue = revision - held.snapshotRevision >= this.settings.snapshotEvery;
    const request: { -readonly [Key in keyof AppendRequest]: AppendRequest[Key] } = {
      streamId,
      expected: held.tip,
      events: encodeEvents(catalogue, commandIdOf(streamId, idempotency), events, execution.meta ?? {}),
      recordedAt: now,
    };
    if (idempotency !== undefined) {
      const { credential, key, requestHash } = idempotency;
      request.command = { credential, key, requestHash, status: answer.status, answer: body };
    }
    if (claims !== undefined) request.claims = claims;
    if (releases !== undefined) request.releases = releases;
    if (snapshotDue) request.snapshot = { foldVersion: decider.foldVersion, revision, state: JSON.stringify(after) };
    return { request, after, status: answer.status, body };
  }

  private cached<S>(streamId: string): Held<S> | undefined {
    return this.cache.get(streamId) as Held<S> | undefined;
  }

  private load<C, S, E extends DomainEvent, R extends string, X>(
    aggregate: Aggregate<C, S, E, R, X>,
    streamId: string,
  ): Promise<Held<S>> {
    const read = (): Promise<Held<S>> => readState(this.store, aggregate, streamId);
    return this.cache.load(streamId, read, (held) => weightOf(aggregate, held as Held<S>)) as Promise<Held<S>>;
  }
}
