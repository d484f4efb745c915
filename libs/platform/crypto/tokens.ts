import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new opaque token, shown once, and what is kept of it. */
export interface IssuedToken {
  readonly token: string;
  /** SHA-256 of the token, base64url. A plain hash is enough for 256 random bits. */
  readonly hash: string;
}

/** What a token says of itself: whose it claims to be. Proves nothing until its hash is compared. */
export interface TokenClaim {
  readonly kind: string;
  readonly id: string;
}

const SECRET_BYTES = 32;
const shape = /^rgt_([a-z]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]{43}$/;

/** The hash under which a token is kept, base64url. */
export const tokenHash = (token: string): string => hash('sha256', token, 'base64url');

/**
 * A token of 256 random bits, `rgt_<kind>.<id>.<secret>`: the prefix lets secret scanners find leaked ones, the id
 * (base64url) says where to look for its hash. `kind` is lower-case letters.
 */
export const issueToken = (kind: string, id: string): IssuedToken => {
  const place = Buffer.from(id, 'utf8').toString('base64url');
  const token = `rgt_${kind}.${place}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { token, hash: tokenHash(token) };
};

/**
 * Whose a token claims to be; `undefined` for text that is no token of this form. The id is whatever somebody wrote
 * there: whoever looks it up asks first whether it has the form of an id.
 */
export const tokenClaim = (token: string): TokenClaim | undefined => {
  const parts = shape.exec(token);
  if (parts?.[1] === undefined || parts[2] === undefined) return undefined;
  return { kind: parts[1], id: Buffer.from(parts[2], 'base64url').toString('utf8') };
};

/** Compares two hashes in a time that does not depend on where they differ. */
export const sameHash = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};
