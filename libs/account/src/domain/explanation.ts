import { type Instant, toText } from '#libs/platform/kernel/instant';
import type { Standing } from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Account, Lot, LotCause, Slice } from './account.state';
import { notEarnedView } from './answers';
import { isExpired, isPending } from './lots';
import type { PointsEarned } from './lots.events';
import { entryOf } from './statement';
import { standingIn } from './told-sale';

/** A lot as it is listed. Instants are RFC 3339 texts; null where there is none. */
export interface LotView {
  readonly lotId: string;
  readonly wallet: string;
  readonly points: number;
  readonly remaining: number;
  readonly cause: object;
  readonly state: 'pending' | 'active' | 'expired' | 'used';
  readonly issuingStore: string | null;
  readonly occurredAt: string;
  readonly activeFrom: string | null;
  readonly expiresAt: string | null;
}

const textOrNull = (instant: Instant | null): string | null => (instant === null ? null : toText(instant));

const causeView = (cause: LotCause): object => {
  if (cause.kind === 'rule') return { kind: cause.kind, rule: cause.rule, programmeVersion: cause.version };
  if (cause.kind !== 'conversion') return cause;
  return { kind: cause.kind, conversionId: cause.conversionId, programmeVersion: cause.version };
};

const stateAt = (lot: Lot, at: Instant): LotView['state'] => {
  if (isExpired(lot, at)) return 'expired';
  if (lot.remaining === 0) return 'used';
  return isPending(lot, at) ? 'pending' : 'active';
};

/** A lot of a settled account at an instant. */
export const lotView = (lot: Lot, at: Instant): LotView => ({
  lotId: lot.lotId,
  wallet: lot.wallet,
  points: lot.points,
  remaining: lot.remaining,
  cause: causeView(lot.cause),
  state: stateAt(lot, at),
  issuingStore: lot.issuingStore ?? null,
  occurredAt: toText(lot.occurredAt),
  activeFrom: textOrNull(lot.activeFrom),
  expiresAt: textOrNull(lot.expiresAt),
});

/** Something that happened to a lot after it was granted. `points` is what it added to (+) or took from (−) the lot. */
export interface LotMovement {
  readonly at: string;
  readonly kind: string;
  readonly points: number;
  readonly reference?: string;
  readonly expiresAt?: string | null;
}

const pointsIn = (slices: readonly Slice[], lotId: string): number =>
  slices.reduce((sum, slice) => (slice.lotId === lotId ? sum + slice.points : sum), 0);

/** What a fact took from (−) a lot or gave back to it (+); 0 when it does not touch its points. */
const movedIn = (event: AccountEvent, lotId: string): number => {
  switch (event.type) {
    case 'PointsExpired':
      return event.data.lotId === lotId ? -event.data.points : 0;
    case 'RedemptionUndone':
      return pointsIn(event.data.slices, lotId);
    case 'PointsDeducted':
    case 'PointsConverted':
    case 'HoldCaptured':
    case 'PointsReversed':
    case 'DebtRepaid':
      return -pointsIn(event.data.slices, lotId);
    default:
      return 0;
  }
};

/** What facts that move the end of lots are called. */
const reschedulings = {
  PointsActivated: 'activated',
  ExpiryExtended: 'expiry-extended',
  ExtensionWithdrawn: 'extension-withdrawn',
} as const;

const isRescheduling = (event: AccountEvent): event is Extract<AccountEvent, { type: keyof typeof reschedulings }> =>
  event.type in reschedulings;

const rescheduled = (event: AccountEvent, lotId: string): LotMovement | undefined => {
  if (!isRescheduling(event)) return undefined;
  const lot = (event.data.lots as readonly Pick<Lot, 'lotId' | 'expiresAt'>[]).find((each) => each.lotId === lotId);
  const kind = reschedulings[event.type];
  return lot && { at: toText(event.at), kind, points: 0, expiresAt: textOrNull(lot.expiresAt) };
};

const movementOf = (event: AccountEvent, account: Account, lotId: string): readonly LotMovement[] => {
  const points = movedIn(event, lotId);
  const entry = points === 0 ? undefined : entryOf(event, account);
  if (entry !== undefined) return [{ at: entry.at, kind: entry.kind, points, reference: entry.reference }];
  const moved = rescheduled(event, lotId);
  return moved === undefined ? [] : [moved];
};

/** The rule as the programme version had it. */
const ruleView = (cause: LotCause, context: AccountContext): object => {
  if (cause.kind !== 'rule') return {};
  const rule = context.rulebooks.version(cause.version)?.document.earningRules.find((each) => each.id === cause.rule);
  return {
    rule: cause.rule,
    programmeVersion: cause.version,
    ...(rule === undefined ? {} : { name: rule.name, phase: rule.phase, award: rule.award }),
  };
};

/** Where the member stood just before the sale. */
const standingView = ({ joinedAt, ...standing }: Standing): object =>
  joinedAt === undefined ? standing : { ...standing, joinedAt: toText(joinedAt) };

/** The sale, visit or activity that earned a lot, as the facts recorded it. */
const occasionView = (events: readonly AccountEvent[], occasion: string | undefined): object => {
  for (const event of events) {
    if (event.type === 'PurchaseRecorded' && event.data.purchaseId === occasion) {
      const { ticket, standing } = event.data;
      const { storeId, tillId, ticketNo, businessDate } = ticket;
      const place = { kind: 'purchase', id: occasion, at: toText(event.at), storeId, tillId, ticketNo, businessDate };
      return { occasion: place, standing: standingView(standingIn(standing)), notEarned: notEarnedView(event.data) };
    }
    if (event.type === 'VisitRecorded' && event.data.visitId === occasion) {
      const place = { kind: 'visit', id: occasion, at: toText(event.at), storeId: event.data.storeId };
      return { occasion: place, notEarned: notEarnedView(event.data) };
    }
    if (event.type === 'ActivityRecorded' && event.data.activityId === occasion) {
      const place = { kind: event.data.on, id: occasion, at: toText(event.at) };
      return { occasion: place, notEarned: notEarnedView(event.data) };
    }
  }
  return {};
};

/**
 * Why these points: the rule and programme version, what the rule looked at, the shares per line, multipliers and
 * clips, the rules that gave nothing, and everything that happened to the lot since. `undefined` for an unknown lot.
 * `events` is the account's whole history, `account` its fold, settled to `at`.
 */
export const explanationOf = (
  events: readonly AccountEvent[],
  account: Account,
  context: AccountContext,
  wanted: { readonly lotId: string; readonly at: Instant },
): object | undefined => {
  const { lotId, at } = wanted;
  const lot = account.lots.find((each) => each.lotId === lotId);
  const granted = events.find(
    (event): event is PointsEarned => event.type === 'PointsEarned' && event.data.lotId === lotId,
  );
  if (lot === undefined || granted === undefined) return undefined;
  const { inputs, lines, multipliers = [], clips = [], cause, occasion } = granted.data;
  return {
    ...lotView(lot, at),
    ...ruleView(cause, context),
    ...occasionView(events, occasion),
    inputs,
    lines,
    multipliers,
    clips,
    reversed: lot.reversed,
    expired: lot.expired,
    history: events.flatMap((event) => movementOf(event, account, lotId)),
  };
};
