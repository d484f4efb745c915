import { idOf } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { AccountEvent } from '../domain/account.events';

/** State whatever time alone has brought about on a member's account. */
export interface SettleMemberAccount {
  readonly type: 'SettleMemberAccount';
  readonly memberId: string;
}

/** A fact of an account with its circumstances. */
type Noted<T extends AccountEvent['type'] = AccountEvent['type']> = Extract<AccountEvent, { type: T }> & {
  readonly streamId: string;
  readonly recordedAt: Instant;
};

interface Due {
  readonly dueAt: Instant;
}

/**
 * Keys are `<member> <what>`: `at <instant>` for lots that begin or end then, so that all lots of a member with the
 * same end share one entry; `hold <id>` for the end of a hold; `tier` for when time may next change the tier; `granted`
 * for the end of a tier given by hand; `notice` for the warning of a tier's end. Ids hold no space.
 */
const keyOf = (streamId: string, what: string): string => `${idOf(streamId)} ${what}`;

const memberOf = (key: string): string => key.slice(0, key.indexOf(' '));

const instantsOf = ({ streamId, recordedAt }: Noted, instants: readonly (Instant | null)[]): readonly string[] => [
  ...new Set(instants.flatMap((at) => (at !== null && at > recordedAt ? [keyOf(streamId, `at ${at}`)] : []))),
];

const keysOf = (fact: Noted): readonly string[] => {
  switch (fact.type) {
    case 'PointsEarned':
      return instantsOf(fact, [fact.data.activeFrom, fact.data.expiresAt]);
    case 'PointsActivated':
    case 'ExpiryExtended':
    case 'ExtensionWithdrawn':
      return instantsOf(
        fact,
        fact.data.lots.map(({ expiresAt }) => expiresAt),
      );
    case 'RedemptionUndone':
      return instantsOf(
        fact,
        fact.data.grace.map(({ expiresAt }) => expiresAt),
      );
    case 'PointsExpired':
      return [keyOf(fact.streamId, `at ${fact.at}`)];
    case 'PointsHeld':
    case 'HoldCaptured':
    case 'HoldVoided':
      return [keyOf(fact.streamId, `hold ${fact.data.redemptionId}`)];
    case 'TierReached':
    case 'TierLost':
    case 'TierCorrected':
      return [keyOf(fact.streamId, 'tier'), keyOf(fact.streamId, 'notice')];
    case 'TierChangeAwaited':
      return [
        ...(fact.data.changesAt === undefined ? [] : [keyOf(fact.streamId, 'tier')]),
        ...(fact.data.noticeAt === undefined ? [] : [keyOf(fact.streamId, 'notice')]),
      ];
    case 'TierNoticed':
      return [keyOf(fact.streamId, 'notice')];
    case 'TierGranted':
      return [keyOf(fact.streamId, 'granted')];
    default:
      return [];
  }
};

/** The entry of an instant that stands in its key. */
const atInstant = (due: Due | undefined, _: unknown, key: string): Due =>
  due ?? { dueAt: Number(key.slice(key.lastIndexOf(' ') + 1)) };

const gone = (): null => null;

const dueOn = (instant: Instant | undefined): Due | null => (instant === undefined ? null : { dueAt: instant });

/** The end of a tier under the key of the tier, the warning of it under that of the notice. */
const tierDue = (key: string, end: Instant | undefined, noticeAt: Instant | undefined): Due | null =>
  dueOn(key.endsWith(' notice') ? noticeAt : end);

/** Early facts do not say what is left where steps were only taken away: then what was due stays so. */
const corrected = (due: Due | undefined, { data }: Noted<'TierCorrected'>, key: string): Due | null => {
  const last = data.steps.at(-1);
  if (data.left === undefined && last === undefined) return due ?? null;
  return tierDue(key, (data.left ?? last)?.validUntil, data.noticeAt);
};

/**
 * Whenever time brings something about (points begin or end, a hold or a tier ends), the account is told to state it.
 * Balances do not wait for that: they are derived from the instant asked about. It is for reports, webhooks and policies.
 */
export const settleAccounts = {
  name: 'settle-accounts',
  version: 3,
  /** After what counts as activity of its own at the same instant, such as birthdays. */
  ordinal: 4,
  keysOf,
  on: {
    PointsEarned: atInstant,
    PointsActivated: atInstant,
    ExpiryExtended: atInstant,
    ExtensionWithdrawn: atInstant,
    RedemptionUndone: atInstant,
    PointsExpired: gone,
    PointsHeld: (_: unknown, { data }: Noted<'PointsHeld'>): Due => ({ dueAt: data.until }),
    HoldCaptured: gone,
    HoldVoided: gone,
    TierReached: (_: unknown, { data }: Noted<'TierReached'>, key: string) =>
      tierDue(key, data.step.validUntil, data.noticeAt),
    TierLost: (_: unknown, { data }: Noted<'TierLost'>, key: string) =>
      tierDue(key, data.step.validUntil, data.noticeAt),
    TierCorrected: corrected,
    TierNoticed: gone,
    TierChangeAwaited: (_: unknown, { data }: Noted<'TierChangeAwaited'>, key: string) =>
      tierDue(key, data.changesAt, data.noticeAt),
    TierGranted: (_: unknown, { data }: Noted<'TierGranted'>): Due => ({ dueAt: data.until }),
  },
  whenDue: (_: Due, key: string): readonly SettleMemberAccount[] => [
    { type: 'SettleMemberAccount', memberId: memberOf(key) },
  ],
} as const;
