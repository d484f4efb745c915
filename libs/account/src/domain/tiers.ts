import type { Instant } from '#libs/platform/kernel/instant';
import type { TierStanding, TierStep } from '#libs/programme/src/contract';
import type { Account } from './account.state';
import { appended, type Changing, changedWhere } from './copies';
import type { TierEvent } from './tiers.events';

/** The last recorded step that had taken effect at an instant. */
export const stepAt = (path: readonly TierStep[], at: Instant): TierStep | undefined =>
  path.findLast((step) => step.at <= at);

/** The standing that a step leads to. A renewal keeps the instant at which the tier was first reached. */
export const standingAt = (path: readonly TierStep[], at: Instant): TierStanding | undefined => {
  const index = path.findLastIndex((step) => step.at <= at);
  const step = path[index];
  if (step === undefined) return undefined;
  let first = index;
  while (path[first]?.kind === 'renewed') first -= 1;
  const since = path[first]?.at ?? step.at;
  return step.validUntil === undefined
    ? { code: step.to, since }
    : { code: step.to, since, validUntil: step.validUntil };
};

const leaveSegment = (account: Changing<Account>, segment: string, at: Instant): void => {
  const isIn = (each: Account['segments'][number]): boolean => each.segment === segment && each.until === undefined;
  account.segments = changedWhere(account.segments, isIn, (each) => ({ ...each, until: at }));
};

/** The segments the member was in at an instant. */
export const segmentsAt = (account: Account, at: Instant): readonly string[] =>
  account.segments
    .filter((each) => each.from <= at && (each.until === undefined || at < each.until))
    .map((each) => each.segment);

const awaitedAfter = (validUntil: Instant | undefined, noticeAt: Instant | undefined): Account['awaited'] => ({
  changesAt: validUntil ?? null,
  noticeAt: noticeAt ?? null,
});

/** Applies a fact about tiers and segments. */
export const evolveTiers = (account: Changing<Account>, event: TierEvent): void => {
  switch (event.type) {
    case 'TierReached':
    case 'TierLost':
      account.tierPath = appended(account.tierPath, event.data.step);
      account.awaited = awaitedAfter(event.data.step.validUntil, event.data.noticeAt);
      return;
    case 'TierCorrected': {
      const kept = account.tierPath.filter((step) => step.at < event.data.since);
      account.tierPath = [...kept, ...event.data.steps];
      account.awaited = awaitedAfter(account.tierPath.at(-1)?.validUntil, event.data.noticeAt);
      return;
    }
    case 'TierGranted': {
      const { code, until } = event.data;
      account.manualTiers = appended(account.manualTiers, { code, from: event.at, until });
      return;
    }
    case 'TierNoticed':
      account.noticed = appended(account.noticed, event.data.validUntil);
      return;
    case 'TierChangeAwaited':
      account.awaited = { ...account.awaited, ...event.data };
      return;
    case 'SegmentEntered':
      account.segments = appended(account.segments, { segment: event.data.segment, from: event.at });
      return;
    case 'SegmentLeft':
      return leaveSegment(account, event.data.segment, event.at);
  }
};
