import type { EventStore } from '#libs/platform/event-store/event-store';
import { streamOf, type DomainEvent } from '#libs/platform/kernel/decider';
import type { CachedCommandRunner } from './cached-command-runner';
import {
  TooBusy,
  type Aggregate,
  type CommandRunner,
  type Current,
  type Execution,
  type Outcome,
} from './command-runner';

/** How often a state is looked up anew while other processes keep moving it on. */
const mostAttempts = 20;

/**
 * A command runner for a log that other processes write too. What one process was told is acknowledged, the next must
 * know at once: so a state of one of the watched categories is answered only when its stream has shown that nobody has
 * moved it on meanwhile, which costs a read of one index entry. What all share and what seldom changes (stores, the
 * programme) is followed over the log instead and reaches every process within a moment; but that something is not there
 * at all is never taken from memory.
 */
export class SharedCommandRunner implements CommandRunner {
  constructor(
    private readonly runner: CachedCommandRunner,
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly watched: ReadonlySet<string>,
  ) {}

  execute<C, S, E extends DomainEvent, R extends string, X>(execution: Execution<C, S, E, R, X>): Promise<Outcome<R>> {
    return this.runner.execute(execution);
  }

  async current<C, S, E extends DomainEvent, R extends string, X>(
    aggregate: Aggregate<C, S, E, R, X>,
    id: string,
  ): Promise<Current<S>> {
    const { category } = aggregate.decider;
    const streamId = streamOf(category, id);
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      const current = await this.runner.current(aggregate, id);
      if (current.revision >= 0 && !this.watched.has(category)) return current;
      const [newer] = await this.store.readStream(streamId, current.revision + 1, 1);
      if (newer === undefined) return current;
      this.runner.invalidate([newer]);
    }
    throw new TooBusy(streamId);
  }

  ahead<C, S, E extends DomainEvent, R extends string, X>(aggregate: Aggregate<C, S, E, R, X>, id: string): void {
    this.runner.ahead(aggregate, id);
  }

  remembered<C, S, E extends DomainEvent, R extends string, X>(
    aggregate: Aggregate<C, S, E, R, X>,
    id: string,
  ): S | undefined {
    return this.runner.remembered(aggregate, id);
  }
}
