import { Inject, Injectable } from '@nestjs/common';
import { passwordHolds } from '#libs/platform/crypto/passwords';
import type { EventStore, StoredEvent } from '#libs/platform/event-store/event-store';
import { EVENT_STORE } from '#libs/platform/http/platform.module';
import { streamOf } from '#libs/platform/kernel/decider';
import type { Idempotency, Outcome } from '#libs/platform/runtime/command-runner';
import { partId } from '#libs/platform/runtime/deterministic-id';
import { decodeEvent } from '#libs/platform/runtime/event-codec';
import { commandIdOf } from '#libs/platform/runtime/idempotency';
import { staffDecider } from './domain/staff.decider';
import { staffEvents, type StaffEvent } from './domain/staff.events';

/** Events read at once. */
const PAGE = 500;

const hashIn = (stored: StoredEvent): string | undefined => {
  const { type, data } = decodeEvent<StaffEvent>(staffEvents, stored);
  return type === 'StaffEngaged' || type === 'PasswordChanged' ? data.passwordHash : undefined;
};

/**
 * A key is bound to its request but for passwords, of which nothing may be kept beside it. So whether a repeat came with
 * the same password is asked of the fact that the key once brought about, whatever the password is by now. A key that
 * brought none about confirmed a password that held already: then any that ever did is the same.
 */
@Injectable()
export class RepeatedPasswords {
  constructor(@Inject(EVENT_STORE) private readonly store: Pick<EventStore, 'readStream'>) {}

  /** The outcome, unless it repeats the answer to a request with another password. */
  async check<R extends string>(
    outcome: Outcome<R>,
    { staffId, password, idempotency }: { staffId: string; password: string; idempotency: Idempotency },
  ): Promise<Outcome<R>> {
    if (outcome.kind !== 'answered' || !outcome.replayed) return outcome;
    const streamId = streamOf(staffDecider.category, staffId);
    const facts = await this.factsOf(streamId);
    const own = partId(commandIdOf(streamId, idempotency), 0);
    const asked = facts.find(({ eventId }) => eventId === own);
    for (const hash of (asked === undefined ? facts : [asked]).map(hashIn))
      if (await passwordHolds(hash, password)) return outcome;
    return { kind: 'idempotency-mismatch' };
  }

  private async factsOf(streamId: string): Promise<readonly StoredEvent[]> {
    const facts: StoredEvent[] = [];
    for (;;) {
      const page = await this.store.readStream(streamId, facts.length, PAGE);
      facts.push(...page);
      if (page.length < PAGE) return facts;
    }
  }
}
