import fc from 'fast-check';
import { issueToken, sameHash, tokenClaim, tokenHash } from './tokens';

it('says whose it is, and proves it by its hash', () => {
  const { token, hash } = issueToken('till', 'S1/T1');
  expect(tokenClaim(token)).toEqual({ kind: 'till', id: 'S1/T1' });
  expect(tokenHash(token)).toBe(hash);
  expect(hash).not.toContain(token.slice(-43));
});

it('holds 256 random bits, never the same', () => {
  const secrets = Array.from({ length: 100 }, () => issueToken('staff', 'C1').token.split('.')[2] ?? '');
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
});

it('is a bearer token for every id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }), (id) => {
      const { token } = issueToken('staff', id);
      expect(token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/);
      expect(tokenClaim(token)).toEqual({ kind: 'staff', id });
    }),
  );
});

it.each(['', 'secret', 'rgt_till.UzE', `rgt_till..${'a'.repeat(43)}`, `rgt_till.UzE.${'a'.repeat(42)}`])(
  '%j claims nothing',
  (text) => expect(tokenClaim(text)).toBeUndefined(),
);

it('compares hashes of any length', () => {
  const hash = tokenHash('a');
  expect(sameHash(hash, tokenHash('a'))).toBe(true);
  expect(sameHash(hash, tokenHash('b'))).toBe(false);
  expect(sameHash(hash, hash.slice(1))).toBe(false);
  expect(sameHash('', '')).toBe(true);
});
