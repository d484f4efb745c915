import { comparePositions, type LogPosition } from '#libs/platform/event-store/event-store';
import type { DataSource } from 'typeorm';
import type { Checkpoints } from '#libs/platform/runtime/checkpoints';
import type { Fact } from '#libs/platform/runtime/fact';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import { PolicyRunner, type PolicyCounts, type PolicyNeeds } from '#libs/platform/runtime/policy-runner';
import type { FeedTarget, Refused } from './feed-target';

/**
 * Where each policy began, or was when it last read the log itself. Written once: facts come by partition, so that no
 * single place says which of them were dealt with; the feed's own offsets do.
 */
class Beginnings implements Checkpoints {
  constructor(private readonly source: DataSource) {}

  async read(name: string): Promise<LogPosition | undefined> {
    const [row] = await this.source.query<LogPosition[]>(
      'SELECT xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = $1',
      [name],
    );
    return row;
  }

  async write(name: string, { xid, position }: LogPosition): Promise<void> {
    await this.source.query(
      'INSERT INTO read.checkpoints (name, version, xid, position) VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING',
      [name, xid, position],
    );
  }
}

interface Running<C> {
  readonly policy: AnyPolicy<C>;
  readonly runner: PolicyRunner<C>;
  readonly from: LogPosition;
}

/**
 * Policies run over the bus: at least once, and exactly once in effect by the keys of their commands. A fact that a policy
 * cannot take is parked by the policy itself; the store being away holds up the feed.
 */
export class FedPolicies<C> implements FeedTarget {
  private running: readonly Running<C>[] | undefined;
  private readonly wanted: ReadonlySet<string>;

  constructor(
    private readonly source: DataSource,
    private readonly policies: readonly AnyPolicy<C>[],
    private readonly needs: Omit<PolicyNeeds<C>, 'checkpoints'>,
  ) {
    this.wanted = new Set(policies.flatMap(({ on }) => Object.keys(on).filter((type) => on[type] !== undefined)));
  }

  readonly wants = (type: string): boolean => this.wanted.has(type);

  async ready(): Promise<boolean> {
    if (this.running !== undefined) return true;
    const checkpoints = new Beginnings(this.source);
    const running: Running<C>[] = [];
    for (const policy of this.policies) {
      const runner = new PolicyRunner(policy, { ...this.needs, checkpoints });
      running.push({ policy, runner, from: await runner.position() });
    }
    this.running = running;
    return true;
  }

  async before(facts: readonly Fact[]): Promise<void> {
    for (const { policy, runner, from } of this.running ?? []) {
      const mine = facts.filter(
        ({ type, place }) => policy.on[type] !== undefined && comparePositions(place, from) > 0,
      );
      if (mine.length > 0) await runner.handle(mine);
    }
  }

  within(): Promise<readonly Refused[]> {
    return Promise.resolve([]);
  }

  reached(): Promise<void> {
    return Promise.resolve();
  }

  /** How each policy has fared in this process. */
  counts(): ReadonlyMap<string, PolicyCounts> {
    return new Map(this.running?.map(({ policy, runner }) => [policy.name, runner.counts]));
  }
}
