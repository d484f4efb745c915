import { Inject, Injectable } from '@nestjs/common';
import { idOf, streamOf } from '#libs/platform/kernel/decider';
import type { EventStore } from '#libs/platform/event-store/event-store';
import { CLOCK, COMMAND_RUNNER, EVENT_STORE } from '#libs/platform/http/platform.module';
import { Problem } from '#libs/platform/http/problem';
import type { Clock } from '#libs/platform/runtime/clock';
import type { Aggregate, Answer, CommandRunner, Idempotency, Outcome } from '#libs/platform/runtime/command-runner';
import { decodeEvent } from '#libs/platform/runtime/event-codec';
import { replay } from '#libs/platform/runtime/idempotency';
import { weighAccount } from './account-weight';
import type { AccountCommand, AccountContext, AccountRefusal } from './domain/account.commands';
import { accountDecider } from './domain/account.decider';
import { accountEvents, type AccountEvent } from './domain/account.events';
import { evolve } from './domain/account.evolve';
import type { Account } from './domain/account.state';
import { emptyAccount } from './domain/empty-account';
import type { Told } from './domain/answers';
import { bookDayOf } from './domain/book-day';
import type { Noted } from './domain/statement';

/** How a command on an account ended. */
export type AccountOutcome = Outcome<AccountRefusal>;

/** A decision's context but for the instant, which is that of the attempt. */
export type Circumstances = Omit<AccountContext, 'now'>;

/** One command on one member's account. */
export interface AccountExecution {
  readonly memberId: string;
  readonly command: AccountCommand;
  readonly circumstances: Circumstances;
  /** The answer to store. Pure. `context` is that of the decision, at the instant of the answer. */
  readonly answer: (told: Told, context: AccountContext) => Answer;
  /** Looked at before each attempt; throws to give the attempt up. */
  readonly guard?: (account: Account) => void;
  readonly idempotency?: Idempotency;
  readonly meta?: Readonly<Record<string, string>>;
}

/** What is noted with each fact of a command; facts of one day share theirs. */
const notesFor = ({ command, circumstances, meta }: AccountExecution) => {
  let latest: Readonly<Record<string, string>> | undefined;
  return (event: AccountEvent): Readonly<Record<string, string>> => {
    const businessDate = bookDayOf(event, command, circumstances);
    if (latest?.['businessDate'] !== businessDate) latest = { ...meta, businessDate };
    return latest;
  };
};

const aggregate: Aggregate<AccountCommand, Account, AccountEvent, AccountRefusal, AccountContext> = {
  decider: accountDecider,
  catalogue: accountEvents,
  weigh: weighAccount,
};

/** Events read at once. */
const PAGE = 500;

/** Reads and writes accounts. Rejects with `StoreUnavailable` or `TooBusy`. */
@Injectable()
export class AccountStreams {
  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) readonly clock: Clock,
  ) {}

  /** The account with every acknowledged command in it, not settled. */
  async current(memberId: string): Promise<Account> {
    const { state } = await this.runner.current(aggregate, memberId);
    return state;
  }

  /** Begins to load an account that a command is about to need: whoever has not been here today costs one look-up, not two. */
  ahead(memberId: string): void {
    this.runner.ahead(aggregate, memberId);
  }

  execute(execution: AccountExecution): Promise<AccountOutcome> {
    const { memberId, command, circumstances, answer, guard, idempotency } = execution;
    return this.runner.execute({
      aggregate,
      id: memberId,
      command,
      context: (account) => {
        guard?.(account);
        return { ...circumstances, now: this.clock.now() };
      },
      answer: ({ before, events, after, now }) => answer({ before, events, after, now }, { ...circumstances, now }),
      ...(idempotency === undefined ? {} : { idempotency }),
      meta: notesFor(execution),
    });
  }

  /** What a command would come to now; nothing is appended. */
  async decide(
    memberId: string,
    command: AccountCommand,
    circumstances: Circumstances,
    guard?: AccountExecution['guard'],
  ) {
    const before = await this.current(memberId);
    guard?.(before);
    const context = { ...circumstances, now: this.clock.now() };
    const decision = accountDecider.decide(command, before, context);
    if (decision.kind === 'refused') return decision;
    const after = decision.events.reduce(evolve, before);
    return { kind: 'told' as const, told: { before, events: decision.events, after, now: context.now }, context };
  }

  /** The facts of an account up to and including `untilRevision`, in order. */
  async facts(memberId: string, untilRevision = Number.MAX_SAFE_INTEGER): Promise<readonly Noted[]> {
    const streamId = streamOf(accountDecider.category, memberId);
    const facts: Noted[] = [];
    for (let from = 0; from <= untilRevision; from += PAGE) {
      const page = await this.store.readStream(streamId, from, PAGE);
      for (const stored of page) {
        if (stored.revision > untilRevision) break;
        const event = decodeEvent<AccountEvent>(accountEvents, stored);
        facts.push({ event, revision: stored.revision, recordedAt: stored.recordedAt });
      }
      if (page.length < PAGE) break;
    }
    return facts;
  }

  /** Which of these names are taken: the member who holds each, and the revision right after the append that took it. */
  async holders(names: readonly string[]): Promise<ReadonlyMap<string, { memberId: string; revision: number }>> {
    const found = await this.store.findClaims(names);
    return new Map(
      [...found].map(([name, { streamId, revision }]) => [name, { memberId: idOf(streamId), revision }] as const),
    );
  }

  /** The member who holds a name. */
  async holderOf(name: string): Promise<string | undefined> {
    return (await this.holders([name])).get(name)?.memberId;
  }

  /**
   * A member's account as the append that took this name left it, with everything stated until then: what was answered
   * then follows from it. `undefined` when somebody else holds the name, or nobody.
   */
  async toldWhen(name: string, memberId: string): Promise<Told | undefined> {
    const holder = (await this.holders([name])).get(name);
    if (holder === undefined || holder.memberId !== memberId) return undefined;
    const facts = await this.facts(memberId, holder.revision);
    const events = facts.map(({ event }) => event);
    const before = emptyAccount(memberId);
    const now = facts.at(-1)?.recordedAt ?? this.clock.now();
    return { before, events, after: events.reduce(evolve, before), now };
  }

  /** The stored answer to a repeated request, or the finding that its key was used for another one. */
  async replayed(idempotency: Idempotency): Promise<AccountOutcome | undefined> {
    const stored = await this.store.findCommand(idempotency.credential, idempotency.key);
    return stored && replay(stored, idempotency);
  }

  /**
   * Does the work of a request. When it does not come to a decision (an unknown store, a currency that is not the
   * store's), a repeat of a request that was accepted before still gets its first answer.
   */
  async orReplay(idempotency: Idempotency, work: () => Promise<AccountOutcome>): Promise<AccountOutcome> {
    try {
      return await work();
    } catch (error) {
      const stored = error instanceof Problem ? await this.replayed(idempotency) : undefined;
      if (stored === undefined) throw error;
      return stored;
    }
  }
}
