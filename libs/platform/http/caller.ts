import { problem } from './problem';

/**
 * Who makes a request, as the authenticator found it. The platform knows neither which roles there are nor what a
 * scope names: both belong to the context that authenticates.
 */
export interface Caller {
  /** Names the credential (never the token): idempotency keys are unique per credential. */
  readonly credential: string;
  readonly roles: readonly string[];
  /** The stores within reach, or every one. */
  readonly scope: 'all' | readonly string[];
  /** The member of staff behind a session. */
  readonly staffId?: string;
  /** The till behind a till's own token. */
  readonly tillId?: string;
  /** The member behind a member's session. */
  readonly memberId?: string;
}

/** Finds the caller behind a bearer token; `undefined` for a token that is unknown, ended or expired. */
export interface Authenticator {
  /** @param beforeLookUp called before a token that memory does not know is looked for elsewhere; may forbid it by throwing */
  authenticate(token: string, beforeLookUp: () => void): Promise<Caller | undefined>;
}

/** Injection token of the {@link Authenticator}. */
export const AUTHENTICATOR = Symbol('Authenticator');

/** True when the caller may act for this store. */
export const reaches = (caller: Caller, storeId: string): boolean =>
  caller.scope === 'all' || caller.scope.includes(storeId);

/** Throws 403 `out-of-scope` unless the caller may act for this store. Ask first whether the store exists: 404 goes before. */
export const requireReach = (caller: Caller, storeId: string): void => {
  if (reaches(caller, storeId)) return;
  throw problem('out-of-scope', 403, `Store ${storeId} lies outside the reach of this token.`);
};
