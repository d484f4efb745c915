import { LRUCache } from 'lru-cache';
import { problem } from './problem';

/**
 * A bucket of requests: `burst` at once, refilled by `perMinute`.
 * Only for sign-in, codes and look-ups: till writes stay unlimited.
 */
export interface RateRule {
  readonly name: string;
  readonly burst: number;
  readonly perMinute: number;
}

interface Bucket {
  level: number;
  at: number;
}

/** Seconds until there is a whole request in a bucket. */
const waitFor = ({ perMinute }: RateRule, { level }: Bucket): number =>
  Math.max(1, Math.ceil(((1 - level) * 60) / perMinute));

/** Subjects remembered at once; the one longest unseen is forgotten first, which can only be in its favour. */
const MOST_SUBJECTS = 50_000;

/**
 * Token buckets in this process's memory, one per rule and subject, on the system clock: limits guard the machine and
 * its secrets, they are no business rule.
 */
export class RateLimits {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MOST_SUBJECTS });

  constructor(private readonly nowMs: () => number = Date.now) {}

  /**
   * Takes one request, or part of one, from the subject's bucket. Seconds to wait when there is not a whole one in it,
   * 0 when the request may pass.
   */
  take(rule: RateRule, subject: string, part = 1): number {
    const bucket = this.refilled(rule, subject);
    if (bucket.level < 1) return waitFor(rule, bucket);
    bucket.level -= part;
    return 0;
  }

  /**
   * Takes the rest of a request that has passed in part. Seconds to wait when others have taken it meanwhile, then
   * whatever is left is taken; 0 otherwise.
   */
  takeRest(rule: RateRule, subject: string, rest: number): number {
    const bucket = this.refilled(rule, subject);
    const left = bucket.level - rest;
    bucket.level = Math.max(0, left);
    return left < 0 ? waitFor(rule, bucket) : 0;
  }

  /** Gives back what {@link take} took for a request that turned out not to count. */
  giveBack(rule: RateRule, subject: string, part = 1): void {
    const bucket = this.refilled(rule, subject);
    bucket.level = Math.min(rule.burst, bucket.level + part);
  }

  private refilled(rule: RateRule, subject: string): Bucket {
    const name = `${rule.name} ${subject}`;
    const now = this.nowMs();
    const bucket = this.buckets.get(name) ?? { level: rule.burst, at: now };
    const gained = (Math.max(0, now - bucket.at) * rule.perMinute) / 60_000;
    bucket.level = Math.min(rule.burst, bucket.level + gained);
    bucket.at = now;
    this.buckets.set(name, bucket);
    return bucket;
  }
}

const passOrWait = (wait: number): void => {
  if (wait > 0)
    throw problem('too-many-requests', 429, `Too many requests; try again in ${wait} s.`, { retryAfterSeconds: wait });
};

/** Takes one request, or part of one, from the subject's bucket. Throws 429 with `Retry-After` when it is empty. */
export const limit = (limits: RateLimits, rule: RateRule, subject: string, part = 1): void =>
  passOrWait(limits.take(rule, subject, part));

/** A rule with whoever it counts, and how much work takes from the bucket until its end is known: one unless told. */
export type Counted = readonly [rule: RateRule, subject: string, firstPart?: number];

/** For work that many honest ones begin at once, which keeps the others few all the same. A power of two adds up. */
export const SMALL_PART = 1 / 8;

/**
 * Does work of which only failures count: who does the right thing never waits for it, and what was cut short found
 * nothing out. While it runs it has taken its part from each bucket, so that many at once find no way past. Throws
 * 429 with `Retry-After` when a bucket is empty.
 */
export const limitFailures = async <T>(
  limits: RateLimits,
  counted: readonly Counted[],
  failed: (result: T) => boolean,
  work: () => Promise<T>,
): Promise<T> => {
  const taken: Counted[] = [];
  let counts = false;
  try {
    for (const each of counted) {
      limit(limits, ...each);
      taken.push(each);
    }
    const result = await work();
    counts = failed(result);
    return result;
  } finally {
    for (const [rule, subject, part = 1] of taken)
      if (counts) limits.takeRest(rule, subject, 1 - part);
      else limits.giveBack(rule, subject, part);
  }
};

/**
 * Looks for something that strangers look for as well. Only failures count, those that were cut short too; what is known
 * without a look-up never waits. Many honest ones may begin at the same moment: until its end is known each takes only
 * part of a request, which keeps the strangers among them few all the same. `work` calls `beforeLookUp` before it
 * looks beyond memory and answers `undefined` for a failure; either throws 429 with `Retry-After` when the bucket is empty.
 */
export const attempt = async <T>(
  limits: RateLimits,
  [rule, subject, part = SMALL_PART]: Counted,
  work: (beforeLookUp: () => void) => Promise<T | undefined>,
): Promise<T | undefined> => {
  let begun = false;
  const beforeLookUp = (): void => {
    limit(limits, rule, subject, part);
    begun = true;
  };
  const fail = (): number => (begun ? limits.takeRest(rule, subject, 1 - part) : limits.take(rule, subject));
  let found: T | undefined;
  try {
    found = await work(beforeLookUp);
  } catch (error) {
    if (begun) fail();
    throw error;
  }
  if (found === undefined) passOrWait(fail());
  else if (begun) limits.giveBack(rule, subject, part);
  return found;
};
