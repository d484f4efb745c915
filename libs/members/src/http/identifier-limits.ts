import type { Caller } from '#libs/platform/http/caller';
import { limit, limitFailures, SMALL_PART, type RateLimits, type RateRule } from '#libs/platform/http/rate-limit';
import type { MemberOutcome } from '../member-streams';

/** Look-ups by people and programs other than tills: enough for a service desk, too few to try every phone number. */
const lookUps: RateRule = { name: 'member-look-up', burst: 300, perMinute: 300 };

/**
 * Look-ups by a till's own token that find nobody. Whom it finds stood before it, so a busy till never waits; whoever
 * tries phone numbers with a stolen token finds hardly anybody, and then waits whatever is asked.
 */
const strangers: RateRule = { name: 'till-look-up', burst: 600, perMinute: 60 };

/** Looks for a member by what identifies them. Throws 429 with `Retry-After` where the caller has asked too often. */
export const searchLimited = <T>(
  limits: RateLimits,
  { credential, tillId }: Caller,
  search: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  if (tillId !== undefined)
    return limitFailures(limits, [[strangers, credential]], (found) => found === undefined, search);
  limit(limits, lookUps, credential);
  return search();
};

/**
 * Gives a member a phone number or an e-mail address. To hear that somebody has it already is to have looked it up, so
 * it counts as such; what goes well never does.
 */
export const claimLimited = (
  limits: RateLimits,
  { credential, tillId }: Caller,
  claim: () => Promise<MemberOutcome>,
): Promise<MemberOutcome> => {
  const rule = tillId === undefined ? lookUps : strangers;
  return limitFailures(limits, [[rule, credential, SMALL_PART]], ({ kind }) => kind === 'claim-taken', claim);
};
