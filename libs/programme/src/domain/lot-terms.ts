import { addPeriod, endOfNextMonthDay, parseMonthDay, roundUpTo, startOf } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import type { Expiry, WalletRules } from './document/wallets';

/** From when and until when points can be spent. */
export interface LotTerms {
  /** Null while the lot waits for an action. */
  readonly activeFrom: Instant | null;
  /** Exclusive: at this instant the lot is expired. Null: it never expires, or its end waits for its activation. */
  readonly expiresAt: Instant | null;
}

/** What lots need to know of a wallet to start and end. */
type Terms = Pick<WalletRules, 'pending' | 'expiry'>;

const activation = ({ pending }: Terms, zone: string, earnedAt: Instant): Instant | null => {
  switch (pending.mode) {
    case 'immediate':
      return earnedAt;
    case 'onAction':
      return null;
    case 'after': {
      const due = addPeriod(earnedAt, periodOf(pending.period), zone);
      if (pending.roundUp === undefined) return due;
      // The start of a month lies before the points where the waiting ends within the month they were earned in.
      return pending.roundTo === 'start'
        ? Math.max(earnedAt, startOf(pending.roundUp, due, zone))
        : roundUpTo(pending.roundUp, due, zone);
    }
  }
};

const countsFrom = (expiry: Expiry, earnedAt: Instant, activeFrom: Instant | null): Instant | null =>
  expiry.mode === 'after' && expiry.from === 'earning' ? earnedAt : activeFrom;

const expiryFrom = (expiry: Expiry, zone: string, from: Instant): Instant | null => {
  switch (expiry.mode) {
    case 'never':
      return null;
    case 'fixedDay':
      return endOfNextMonthDay(from, parseMonthDay(expiry.monthDay) ?? { month: 12, day: 31 }, zone);
    case 'sliding':
      return addPeriod(from, periodOf(expiry.period), zone);
    case 'after': {
      const end = addPeriod(from, periodOf(expiry.period), zone);
      return expiry.roundUp === undefined ? end : roundUpTo(expiry.roundUp, end, zone);
    }
  }
};

/**
 * When a lot that starts at `activeFrom` ends; `null` when never, or not before it is activated. Periods are counted
 * on the zone's calendar from activation, or from earning where the wallet says so.
 */
const termsFrom = (wallet: Terms, zone: string, earnedAt: Instant, activeFrom: Instant | null): LotTerms => {
  const from = countsFrom(wallet.expiry, earnedAt, activeFrom);
  return { activeFrom, expiresAt: from === null ? null : expiryFrom(wallet.expiry, zone, from) };
};

/** The terms of a lot earned at an instant, by its wallet's rules and the programme's zone. */
export const lotTerms = (wallet: Terms, zone: string, earnedAt: Instant): LotTerms =>
  termsFrom(wallet, zone, earnedAt, activation(wallet, zone, earnedAt));

/** The terms of a lot that waited for an action, once that action took place. */
export const termsOnAction = (wallet: Terms, zone: string, earnedAt: Instant, actedAt: Instant): LotTerms =>
  termsFrom(wallet, zone, earnedAt, actedAt);

/** What can move the end of points whose expiry slides. */
export type SlidingActivity = Extract<Expiry, { mode: 'sliding' }>['activities'][number];

/**
 * The end that an activity gives the points of a wallet whose expiry slides; `undefined` when this activity moves
 * nothing. It only ever extends: a lot that ends later already keeps its end.
 */
export const slidingExpiry = (
  wallet: Pick<WalletRules, 'expiry'>,
  zone: string,
  at: Instant,
  activity: SlidingActivity,
): Instant | undefined => {
  const { expiry } = wallet;
  if (expiry.mode !== 'sliding' || !expiry.activities.includes(activity)) return undefined;
  return addPeriod(at, periodOf(expiry.period), zone);
};
