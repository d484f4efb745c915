import { Inject, Injectable } from '@nestjs/common';
import { sameHash, tokenClaim, tokenHash, type TokenClaim } from '#libs/platform/crypto/tokens';
import type { Authenticator, Caller } from '#libs/platform/http/caller';
import { isIdentifier } from '#libs/platform/http/fields';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import type { Aggregate, CommandRunner } from '#libs/platform/runtime/command-runner';
import { MONITOR } from './contract';
import { tillAggregate } from './directory';
import type { StaffCommand, StaffContext } from './domain/staff.commands';
import { staffDecider, type Session, type StaffRefusal, type StaffState } from './domain/staff.decider';
import { staffEvents, type StaffEvent } from './domain/staff.events';
import type { TillState } from './domain/till.decider';

/** Kinds of token, as they stand in its prefix. */
export const TILL_TOKEN = 'till';
export const SESSION_TOKEN = 'staff';

/** Injection token of the hash of head office's own token. */
export const ADMIN_TOKEN_HASH = Symbol('AdminTokenHash');

/** Injection token of the hash of monitoring's token; null where it has none. */
export const METRICS_TOKEN_HASH = Symbol('MetricsTokenHash');

export const staffAggregate: Aggregate<StaffCommand, StaffState, StaffEvent, StaffRefusal, StaffContext> = {
  decider: staffDecider,
  catalogue: staffEvents,
};

/** Who holds a stream's tokens, and which they are. */
interface Holder {
  readonly caller: Caller;
  readonly tokens: readonly Session[];
}

/** Whom a token lets in, and until when. */
interface Admission {
  readonly caller: Caller;
  readonly expiresAt: number;
}

/** A token's hash, and what is to be called before it is looked for beyond memory. */
interface Sought {
  readonly hash: string;
  readonly beforeLookUp: () => void;
}

/** What anybody may send as a token becomes the name of a stream only where a till's or a person's id looks like it. */
const isPlace = (kind: string, id: string): boolean => {
  const parts = id.split('/');
  return parts.length === (kind === TILL_TOKEN ? 2 : 1) && parts.every(isIdentifier);
};

const headOffice: Caller = { credential: 'admin', roles: ['headOffice'], scope: 'all' };
const monitor: Caller = { credential: MONITOR, roles: [MONITOR], scope: [] };

/**
 * Finds callers from the folds of tills and staff. Holders are remembered per state object, so a token ends with the
 * very event that ends it: a changed stream has another state.
 */
@Injectable()
export class OrganisationAuthenticator implements Authenticator {
  private readonly holders = new WeakMap<object, Holder | 'nobody'>();

  constructor(
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
    @Inject(ADMIN_TOKEN_HASH) private readonly adminTokenHash: string,
    @Inject(METRICS_TOKEN_HASH) private readonly metricsTokenHash: string | null,
  ) {}

  async authenticate(token: string, beforeLookUp: () => void): Promise<Caller | undefined> {
    const hash = tokenHash(token);
    const claim = tokenClaim(token);
    const found = claim === undefined ? undefined : await this.admissionOf(claim, { hash, beforeLookUp });
    if (found !== undefined) return Date.now() < found.expiresAt ? found.caller : undefined;
    if (sameHash(hash, this.adminTokenHash)) return headOffice;
    return this.metricsTokenHash !== null && sameHash(hash, this.metricsTokenHash) ? monitor : undefined;
  }

  private async admissionOf({ kind, id }: TokenClaim, sought: Sought): Promise<Admission | undefined> {
    if (!isPlace(kind, id)) return undefined;
    switch (kind) {
      case TILL_TOKEN:
        return this.seek(tillAggregate, id, (state) => tillHolder(id, state), sought);
      case SESSION_TOKEN:
        return this.seek(staffAggregate, id, staffHolder, sought);
      default:
        return undefined;
    }
  }

  private async seek<C, S extends object, E extends DomainEvent, R extends string, X>(
    aggregate: Aggregate<C, S, E, R, X>,
    id: string,
    holderIn: (state: S) => Holder | undefined,
    { hash, beforeLookUp }: Sought,
  ): Promise<Admission | undefined> {
    const inMemory = this.runner.remembered(aggregate, id);
    const known = inMemory && admissionOf(this.holderOf(inMemory, holderIn), hash);
    if (known === undefined) beforeLookUp();
    const { state } = await this.runner.current(aggregate, id);
    return state === inMemory ? known : admissionOf(this.holderOf(state, holderIn), hash);
  }

  private holderOf<S extends object>(state: S, holderIn: (state: S) => Holder | undefined): Holder | undefined {
    const known = this.holders.get(state);
    if (known !== undefined) return known === 'nobody' ? undefined : known;
    const holder = holderIn(state);
    this.holders.set(state, holder ?? 'nobody');
    return holder;
  }
}

const admissionOf = (holder: Holder | undefined, hash: string): Admission | undefined => {
  const token = holder?.tokens.find(({ tokenHash: each }) => sameHash(each, hash));
  return holder === undefined || token === undefined
    ? undefined
    : { caller: holder.caller, expiresAt: token.expiresAt };
};

const tillHolder = (id: string, { tokenHash: hash }: TillState): Holder | undefined => {
  if (hash === undefined) return undefined;
  const [storeId = '', tillId = ''] = id.split('/');
  return {
    caller: { credential: `till:${id}`, roles: ['till'], scope: [storeId], tillId },
    tokens: [{ tokenHash: hash, expiresAt: Number.POSITIVE_INFINITY }],
  };
};

const staffHolder = ({ staff, sessions }: StaffState): Holder | undefined => {
  if (staff === undefined) return undefined;
  const { staffId, roles, storeIds } = staff;
  return { caller: { credential: `staff:${staffId}`, roles, scope: storeIds, staffId }, tokens: sessions };
};
