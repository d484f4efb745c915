import type { Instant } from '#libs/platform/kernel/instant';

interface ForTill {
  readonly at: Instant;
  readonly storeId: string;
  readonly tillId: string;
  /** SHA-256 of the token that would begin, base64url. */
  readonly tokenHash: string;
}

/** Registers a till; one that is registered keeps its token. */
export interface RegisterTill extends ForTill {
  readonly type: 'RegisterTill';
}

/** Gives a till a new token and ends the old. */
export interface IssueTillToken extends ForTill {
  readonly type: 'IssueTillToken';
}

export type TillCommand = RegisterTill | IssueTillToken;
