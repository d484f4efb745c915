import type { Deed } from '#libs/platform/app/reactions';
import { comparePositions, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import { partId, uuidFrom } from '#libs/platform/runtime/deterministic-id';
import { causedBy, inLanes } from '#libs/platform/runtime/dispatch';
import type { LoggedFact } from '#libs/platform/runtime/fact';
import { commandIdOf } from '#libs/platform/runtime/idempotency';
import { commandsOf, type AnyPolicy } from '#libs/platform/runtime/policy';
import type { Report } from '../findings';
import type { Copies, EffectRow } from './copies';
import { WouldChange } from './would-change';

/** What checking the effects of policies needs. */
export interface EffectCheckNeeds {
  readonly store: Pick<EventStore, 'findCommand'>;
  readonly copies: Copies;
  /** The policies, whose commands reject with {@link WouldChange} where they would change anything. */
  readonly policies: readonly AnyPolicy<Deed>[];
  /** The last place up to which a policy, by its name, must have reacted. */
  readonly dueOf: (policy: string) => LogPosition;
  /** For policies that do not begin with the log: where they began. */
  readonly beginnings: ReadonlyMap<string, LogPosition>;
  readonly report: Report;
}

/** The append that an event is of, as far as it is a policy's. */
interface Appended {
  readonly actor: string;
  readonly cause: string;
  readonly revision: number;
  readonly recordedAt: number;
  readonly eventId: string;
}

const lookUpsAtOnce = 32;
/** Commands that one fact can lead to. */
const mostCommands = 8;
const most = 10_000;

const actorMark = '"actor":"policy:';

const appendedWith = ({ metaText, meta, revision, recordedAt, eventId }: LoggedFact): Appended | undefined => {
  if (!metaText.includes(actorMark)) return undefined;
  const { actor, causation: cause } = meta;
  return actor === undefined || cause === undefined ? undefined : { actor, cause, revision, recordedAt, eventId };
};

const partDigits = 4;

/** Whether an id is that of the next part after another one, see `partId`; ids that were hashed once do not tell. */
const mayFollow = (earlier: string, later: string): boolean => {
  if (later.charAt(14) === '5') return true;
  const next = Number.parseInt(earlier.slice(-partDigits), 16) + 1;
  return later === earlier.slice(0, -partDigits) + next.toString(16).padStart(partDigits, '0');
};

const isSameAppend = (earlier: Appended | undefined, later: Appended): boolean =>
  earlier?.revision === later.revision - 1 &&
  earlier.actor === later.actor &&
  earlier.cause === later.cause &&
  earlier.recordedAt === later.recordedAt &&
  mayFollow(earlier.eventId, later.eventId);

/** Whether the first event of an append has the id that follows from the policy and its cause; once these were hashed. */
const isUnderItsKey = ({ streamId, eventId }: LoggedFact, { actor, cause }: Appended): boolean =>
  Array.from({ length: mostCommands }, (_, index) => commandIdOf(streamId, causedBy(actor, cause, index))).some(
    (commandId) => eventId === partId(commandId, 0) || eventId === uuidFrom(commandId, '0'),
  );

/**
 * Follows the log and finds out whether every policy has had its effects, and once each. What a policy asked for is
 * recognised by its key; where the log knows no such command the policy's handler is asked again, without being able to
 * change anything: if it would still do something, that is missing.
 */
export class EffectCheck {
  private recent: ReadonlyMap<string, Appended> = new Map();
  /** Facts that some policy reacts to. */
  private readonly types: ReadonlySet<string>;

  constructor(private readonly needs: EffectCheckNeeds) {
    this.types = new Set(needs.policies.flatMap(({ on }) => Object.keys(on)));
  }

  /** The next facts of the log, in order. */
  async take(facts: readonly LoggedFact[]): Promise<void> {
    await this.noteEffects(facts);
    await inLanes(
      facts.filter(({ type }) => this.types.has(type)),
      ({ eventId }) => eventId,
      lookUpsAtOnce,
      (fact) => this.expectEffects(fact),
    );
  }

  /** After the last fact, when the copies are complete, that of the log included. */
  async finish(): Promise<void> {
    await this.findRepeats();
    await this.findDoubles();
    await this.findWithoutCause();
  }

  private async noteEffects(facts: readonly LoggedFact[]): Promise<void> {
    const appends = new Map<string, Appended>();
    const effects: EffectRow[] = [];
    for (const fact of facts) {
      const appended = appendedWith(fact);
      if (appended === undefined) continue;
      const { streamId, revision } = fact;
      const earlier = appends.get(streamId) ?? this.recent.get(streamId);
      appends.set(streamId, appended);
      if (isSameAppend(earlier, appended)) continue;
      const { actor: policy, cause } = appended;
      effects.push({ policy, cause, streamId, revision });
      if (!isUnderItsKey(fact, appended))
        this.found(streamId, `revision ${revision} was stated by ${policy} under another key than that of ${cause}`);
    }
    this.recent = appends;
    await this.needs.copies.effects.add(effects);
  }

  /** What may have happened once is noted of later facts too; that it has happened is expected only of those that are due. */
  private async expectEffects(fact: LoggedFact): Promise<void> {
    for (const policy of this.needs.policies) {
      const isDue = comparePositions(fact.place, this.needs.dueOf(policy.name)) <= 0;
      const beginning = this.needs.beginnings.get(policy.name);
      if (policy.on[fact.type] === undefined) continue;
      if (beginning !== undefined && comparePositions(fact.place, beginning) <= 0) continue;
      const actor = `policy:${policy.name}`;
      for (const [index, deed] of commandsOf(policy, fact).entries()) {
        await this.needs.copies.due.add([{ policy: actor, cause: fact.eventId }]);
        if (isDue) await this.expectEffect(fact, deed, { actor, index });
      }
    }
  }

  private async expectEffect(
    { streamId, revision, eventId, type, recordedAt }: LoggedFact,
    deed: Deed,
    { actor, index }: { readonly actor: string; readonly index: number },
  ): Promise<void> {
    const idempotency = causedBy(actor, eventId, index);
    if ((await this.needs.store.findCommand(idempotency.credential, idempotency.key)) !== undefined) return;
    try {
      await deed({ idempotency, now: recordedAt, meta: { actor, causation: eventId, correlation: eventId } });
    } catch (error) {
      if (!(error instanceof WouldChange)) throw error;
      this.found(streamId, `revision ${revision} (${type}): ${actor} has not reacted, it would ${error.what}`);
    }
  }

  /** Effects that were had too often. Looks at nothing but what policies stated, and what they were to state. */
  async findRepeats(): Promise<void> {
    const repeats = await this.needs.copies.ask<EffectRow & { readonly times: number }>(
      `SELECT e.policy, e.cause, e."streamId", e.times::float8 AS times
       FROM (SELECT policy, cause, min("streamId") AS "streamId", count(*) AS times FROM verify_effects
             GROUP BY policy, cause HAVING count(*) > 1) e
       WHERE e.times > greatest(1, (SELECT count(*) FROM verify_due d WHERE (d.policy, d.cause) = (e.policy, e.cause)))
       ORDER BY e."streamId" LIMIT ${most}`,
    );
    for (const { policy, cause, streamId, times } of repeats)
      this.found(streamId, `${policy} had its effect ${times} times because of event ${cause}`);
  }

  private async findDoubles(): Promise<void> {
    const doubles = await this.needs.copies.ask<{ readonly eventId: string; readonly where: string }>(
      `SELECT "eventId", string_agg("streamId" || '@' || revision, ', ' ORDER BY number) AS where
       FROM verify_log GROUP BY "eventId" HAVING count(*) > 1 ORDER BY 2 LIMIT ${most}`,
    );
    for (const { eventId, where } of doubles)
      this.found(where, `the same event ${eventId} is in the log more than once`);
  }

  private async findWithoutCause(): Promise<void> {
    const orphans = await this.needs.copies.ask<EffectRow>(
      `SELECT policy, cause, "streamId", revision::float8 AS revision FROM verify_effects e
       WHERE NOT EXISTS (SELECT FROM verify_log l WHERE l."eventId" = e.cause)
       ORDER BY "streamId", e.revision LIMIT ${most}`,
    );
    for (const { policy, cause, streamId, revision } of orphans)
      this.found(streamId, `revision ${revision} was stated by ${policy} because of ${cause}, which is not in the log`);
  }

  private found(where: string, what: string): void {
    this.needs.report({ kind: 'wrong-effect', where, what });
  }
}
