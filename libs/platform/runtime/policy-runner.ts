import { logStart } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { inSpanOf, traceOnward } from '#libs/platform/observability/tracing';
import type { Checkpoints, Parking } from './checkpoints';
import type { Clock } from './clock';
import { causedBy, inLanes, isMistake, withRetries } from './dispatch';
import type { Dispatcher, Origin } from './dispatch';
import type { Fact } from './fact';
import { commandsOf } from './policy';
import type { AnyPolicy } from './policy';
import { messageOf } from './report';
import type { Report } from './report';
import type { Subscriber } from './subscription';

/** What a policy needs around it. */
export interface PolicyNeeds<C> {
  readonly dispatch: Dispatcher<C>;
  readonly checkpoints: Checkpoints;
  readonly parking: Parking;
  readonly clock: Clock;
  readonly log: { head(): Promise<LogPosition> };
  /** What commands are decided on; told of facts before any command follows from them. */
  readonly memory: { invalidate(facts: readonly Fact[]): void };
  readonly report: Report;
}

/** How a policy has fared since the start of the process. */
export interface PolicyCounts {
  readonly accepted: number;
  readonly refused: number;
  readonly parked: number;
}

const concurrency = 32;
/** Facts that concern a policy not at all are only noted now and then: passing over them again costs nothing. */
const noteEvery = 5_000;

/**
 * Runs one policy over the log: at least once, and exactly once in effect, since every command runs under a key made
 * of the policy, the event and the command's place. Facts of one stream are dealt with in order. The checkpoint is
 * stored after the effects. A refusal is reported, counted and passed over; a mistake in the policy parks the fact.
 *
 * A fact may be read before its own writer has heard that it was committed. What is in memory is then older than the
 * fact, and a member who has just joined would be refused as a stranger, for good: hence what is older is forgotten first.
 */
export class PolicyRunner<C> implements Subscriber {
  readonly name: string;
  private tally = { accepted: 0, refused: 0, parked: 0 };
  private unnoted = 0;
  private reached: LogPosition | undefined;

  constructor(
    private readonly policy: AnyPolicy<C>,
    private readonly needs: PolicyNeeds<C>,
  ) {
    this.name = `policy:${policy.name}`;
  }

  get counts(): PolicyCounts {
    return this.tally;
  }

  async position(): Promise<LogPosition> {
    // Whoever asks goes by what is stored: another process may have gone on from there.
    this.reached = undefined;
    this.unnoted = 0;
    const known = await this.needs.checkpoints.read(this.name);
    if (known !== undefined) return known;
    const start = this.policy.from === 'now' ? await this.needs.log.head() : logStart;
    await this.needs.checkpoints.write(this.name, start);
    return start;
  }

  async handle(facts: readonly Fact[]): Promise<void> {
    this.needs.memory.invalidate(facts);
    const mine = facts.filter((fact) => this.policy.on[fact.type] !== undefined);
    await inLanes(
      mine,
      (fact) => fact.streamId,
      concurrency,
      (fact) => this.react(fact),
    );
    this.reached = facts.at(-1)?.place ?? this.reached;
    this.unnoted += facts.length;
    if (mine.length > 0 || this.unnoted >= noteEvery) await this.finish();
  }

  async finish(): Promise<void> {
    if (this.reached === undefined) return;
    await this.needs.checkpoints.write(this.name, this.reached);
    this.unnoted = 0;
    this.reached = undefined;
  }

  private async react(fact: Fact): Promise<void> {
    try {
      const commands = commandsOf(this.policy, fact);
      if (commands.length === 0) return;
      const giveAll = async (): Promise<void> => {
        for (const [index, command] of commands.entries()) await this.give(command, this.originOf(fact, index));
      };
      await inSpanOf(this.name, () => fact.meta, giveAll);
    } catch (error) {
      if (!isMistake(error)) throw error;
      const key = fact.streamId;
      await this.needs.parking.park({ consumer: this.name, key, eventId: fact.eventId, error: messageOf(error) });
      this.tally = { ...this.tally, parked: this.tally.parked + 1 };
      this.needs.report('policy-parked', { policy: this.name, eventId: fact.eventId, error: messageOf(error) });
    }
  }

  private async give(command: C, origin: Origin): Promise<void> {
    const outcome = await withRetries(() => this.needs.dispatch(command, origin));
    if (outcome.kind === 'answered') {
      this.tally = { ...this.tally, accepted: this.tally.accepted + 1 };
      return;
    }
    const reason = outcome.kind === 'refused' ? outcome.reason : outcome.kind;
    this.tally = { ...this.tally, refused: this.tally.refused + 1 };
    this.needs.report('policy-refused', { policy: this.name, eventId: origin.meta['causation'], reason });
  }

  private originOf(fact: Fact, index: number): Origin {
    return {
      idempotency: causedBy(this.name, fact.eventId, index),
      now: this.needs.clock.now(),
      meta: {
        actor: this.name,
        causation: fact.eventId,
        correlation: fact.meta['correlation'] ?? fact.eventId,
        ...traceOnward(),
      },
    };
  }
}
