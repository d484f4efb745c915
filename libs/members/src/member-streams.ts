import { idOf } from '#libs/platform/kernel/decider';
import type { EventStore } from '#libs/platform/event-store/event-store';
import type { Clock } from '#libs/platform/runtime/clock';
import {
  TooBusy,
  type Aggregate,
  type Answer,
  type CommandRunner,
  type Idempotency,
  type Outcome,
  type Transition,
} from '#libs/platform/runtime/command-runner';
import { replay } from '#libs/platform/runtime/idempotency';
import { StreamQueue } from '#libs/platform/runtime/stream-queue';
import type { Submission } from '#libs/platform/http/submission';
import { isEnrolled, type EnrolledMember, type Member } from './domain/member';
import type { MemberCommand, MemberContext, MemberRefusal } from './domain/member.commands';
import { memberDecider } from './domain/member.decider';
import { memberEvents, type MemberEvent } from './domain/member.events';
import type { Identifier } from './domain/identifiers';
import { KeyDestroyed, type MemberSecrets } from './member-secrets';

/** One command on one member, with the names it takes and gives back. */
export interface MemberExecution {
  readonly memberId: string;
  readonly command: MemberCommand;
  readonly answer: (transition: Transition<Member, MemberEvent>) => Answer;
  readonly claims?: readonly string[];
  readonly releases?: readonly string[];
  readonly context?: Omit<MemberContext, 'now'>;
  readonly submission: Pick<Submission, 'idempotency' | 'meta'>;
}

export type MemberOutcome = Outcome<MemberRefusal>;

type MemberAggregate = Aggregate<MemberCommand, Member, MemberEvent, MemberRefusal, MemberContext>;

const aggregate: MemberAggregate = { decider: memberDecider, catalogue: memberEvents };

/** The names come with the command, since the facts show them to nobody; without facts nothing is taken. */
const taking = (names: readonly string[]): MemberAggregate => ({
  ...aggregate,
  decider: { ...memberDecider, claims: (events) => (events.length === 0 ? [] : names) },
});

/** How often a command is prepared anew because the member changed while it was. */
const MOST_ATTEMPTS = 20;

/** How many commands may wait for their turn to be prepared for one member. */
const MOST_WAITING = 256;

/** Reads and writes the streams of members. Rejects with `StoreUnavailable` or `TooBusy`. */
export class MemberStreams {
  private readonly turns = new StreamQueue(MOST_WAITING);

  constructor(
    private readonly runner: CommandRunner,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly secrets: MemberSecrets,
  ) {}

  async current(memberId: string): Promise<Member> {
    const { state } = await this.runner.current(aggregate, memberId);
    return state;
  }

  /** The member whom an identifier names now, never an erased one. */
  async holderOf(identifier: Identifier): Promise<string | undefined> {
    const claim = this.secrets.claimOf(identifier);
    const holder = (await this.store.findClaims([claim])).get(claim);
    if (holder === undefined) return undefined;
    const memberId = idOf(holder.streamId);
    return isEnrolled(await this.current(memberId)) ? memberId : undefined;
  }

  /** The stored answer to a repeated request, or the finding that its key was used for another one. */
  async replayed(idempotency: Idempotency): Promise<MemberOutcome | undefined> {
    const stored = await this.store.findCommand(idempotency.credential, idempotency.key);
    return stored && replay(stored, idempotency);
  }

  execute({ memberId, command, answer, ...rest }: MemberExecution): Promise<MemberOutcome> {
    const { submission, releases } = rest;
    return this.runner.execute({
      aggregate: rest.claims === undefined ? aggregate : taking(rest.claims),
      id: memberId,
      command,
      context: () => ({ now: this.clock.now(), ...rest.context }),
      answer,
      ...(releases === undefined ? {} : { releases }),
      idempotency: submission.idempotency,
      meta: submission.meta,
    });
  }

  /**
   * Runs a command whose content is sealed for the member as they are now, and prepares it again when they changed in
   * between (which only another process or another kind of command can do: those prepared here take turns). `prepare` gets `undefined` for someone who is not (or no longer) a member: the decider refuses whatever it
   * makes of that.
   */
  async executeOn(
    memberId: string,
    prepare: (member: EnrolledMember | undefined) => Promise<Omit<MemberExecution, 'memberId'>>,
  ): Promise<MemberOutcome> {
    await this.turns.enter(memberId);
    try {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
        const outcome = await this.attempt(memberId, prepare, attempt === MOST_ATTEMPTS);
        if (outcome !== undefined) return outcome;
      }
      throw new TooBusy(memberId);
    } finally {
      this.turns.leave(memberId);
    }
  }

  /** `undefined` when the member changed, or was erased, while the command was prepared. */
  private async attempt(
    memberId: string,
    prepare: (member: EnrolledMember | undefined) => Promise<Omit<MemberExecution, 'memberId'>>,
    last: boolean,
  ): Promise<MemberOutcome | undefined> {
    try {
      const member = await this.current(memberId);
      const prepared = await prepare(isEnrolled(member) ? member : undefined);
      const outcome = await this.execute({ memberId, ...prepared });
      return outcome.kind === 'refused' && outcome.reason === 'changed-meanwhile' ? undefined : outcome;
    } catch (error) {
      if (error instanceof KeyDestroyed && !last) return undefined;
      throw error;
    }
  }
}
