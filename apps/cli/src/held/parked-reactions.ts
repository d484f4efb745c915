import type { DataSource } from 'typeorm';
import { carryOut, type Deed } from '#libs/platform/app/reactions';
import type { EventStore } from '#libs/platform/event-store/event-store';
import { lookUp } from '#libs/platform/kafka/feed-look-up';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { PostgresDueList } from '#libs/platform/read-models/due-timers';
import { PostgresCheckpoints, type ListedParked } from '#libs/platform/read-models/postgres-checkpoints';
import type { Clock } from '#libs/platform/runtime/clock';
import type { Fact } from '#libs/platform/runtime/fact';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import { PolicyRunner, type PolicyNeeds } from '#libs/platform/runtime/policy-runner';
import type { Report } from '#libs/platform/runtime/report';

/** What giving reactions another try needs. */
export interface ParkedReactionsNeeds {
  readonly store: EventStore;
  readonly source: DataSource;
  readonly catalogue: EventCatalogue;
  readonly clock: Clock;
  readonly policies: readonly AnyPolicy<Deed>[];
  readonly memory: PolicyNeeds<Deed>['memory'];
  readonly report: Report;
}

/** What became of a fact that was passed over. */
export type Retried = 'mended' | 'still-parked' | 'needs-rebuild';

const policyPrefix = 'policy:';
const timerPrefix = 'timer:';

/** Gives what policies and timers could not do another try: under the keys of the first, so that nothing is done twice. */
export class ParkedReactions {
  private readonly checkpoints: PostgresCheckpoints;

  constructor(private readonly needs: ParkedReactionsNeeds) {
    this.checkpoints = new PostgresCheckpoints(needs.source);
  }

  /** One entry of the list. The rows of a read model come right only when it is built anew. */
  async retry(parked: ListedParked): Promise<Retried> {
    const { consumer, key } = parked;
    if (consumer.startsWith(timerPrefix)) {
      // Whoever runs the timers finds it on the list again.
      await new PostgresDueList(this.needs.source).runAgain(consumer.slice(timerPrefix.length), key);
      await this.checkpoints.unpark(parked);
      return 'mended';
    }
    if (!consumer.startsWith(policyPrefix)) return 'needs-rebuild';
    if (!(await this.react(parked))) return 'still-parked';
    await this.checkpoints.unpark(parked);
    return 'mended';
  }

  private async react({ consumer, key, eventId }: ListedParked): Promise<boolean> {
    const policy = this.needs.policies.find(({ name }) => consumer === policyPrefix + name);
    const fact = await this.find(key, eventId);
    if (policy === undefined || fact === undefined) return false;
    let failed = false;
    const { clock, store: log, report } = this.needs;
    const parking = { park: async () => void (failed = true) };
    const checkpoints = { read: async () => undefined, write: async () => undefined };
    const { memory } = this.needs;
    const needs = { dispatch: carryOut, checkpoints, parking, clock, log, memory, report };
    await new PolicyRunner(policy, needs).handle([fact]);
    return !failed;
  }

  private async find(streamId: string, eventId: string): Promise<Fact | undefined> {
    const facts = await lookUp(this.needs, streamId, 0, Number.MAX_SAFE_INTEGER);
    return facts.find((fact) => fact.eventId === eventId);
  }
}
