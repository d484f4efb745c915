import { Inject, Injectable } from '@nestjs/common';
import { sameHash, tokenClaim, tokenHash } from '#libs/platform/crypto/tokens';
import type { Authenticator, Caller } from '#libs/platform/http/caller';
import { isIdentifier } from '#libs/platform/http/fields';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
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

  async authenticate(token: string): Promise<Caller | undefined> {
    const hash = tokenHash(token);
    const claim = tokenClaim(token);
    const holder = claim === undefined ? undefined : await this.holderOf(claim.kind, claim.id);
    const held = holder?.tokens.find((each) => sameHash(each.tokenHash, hash));
    if (held !== undefined) return Date.now() < held.expiresAt ? holder?.caller : undefined;
    if (sameHash(hash, this.adminTokenHash)) return headOffice;
    return this.metricsTokenHash !== null && sameHash(hash, this.metricsTokenHash) ? monitor : undefined;
  }

  private async holderOf(kind: string, id: string): Promise<Holder | undefined> {
    if (!isPlace(kind, id)) return undefined;
    switch (kind) {
      case TILL_TOKEN: {
        const { state } = await this.runner.current(tillAggregate, id);
        return this.remembered(state, () => tillHolder(id, state));
      }
      case SESSION_TOKEN: {
        const { state } = await this.runner.current(staffAggregate, id);
        return this.remembered(state, () => staffHolder(state));
      }
      default:
        return undefined;
    }
  }

  private remembered(state: object, find: () => Holder | undefined): Holder | undefined {
    const known = this.holders.get(state);
    if (known !== undefined) return known === 'nobody' ? undefined : known;
    const holder = find();
    this.holders.set(state, holder ?? 'nobody');
    return holder;
  }
}

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
