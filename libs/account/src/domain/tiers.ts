import type { Instant } from '#libs/platform/kernel/instant';
import type { TierStanding, TierStep } from '#libs/programme/src/contract';
import type { Account } from './account.state';
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

const leftSegment = (account: Account, segment: string, at: Instant): Account => ({
  ...account,
  segments: account.segments.map((each) =>
    each.segment === segment && each.until === undefined ? { ...each, until: at } : each,
  ),
});

/** The segments the member was in at an instant. */
export const segmentsAt = (account: Account, at: Instant): readonly string[] =>
  account.segments
    .filter((each) => each.from <= at && (each.until === undefined || at < each.until))
    .map((each) => each.segment);

/** Applies a fact about tiers and segments. */
export const evolveTiers = (account: Account, event: TierEvent): Account => {
  switch (event.type) {
    case 'TierReached':
    case 'TierLost':
      return { ...account, tierPath: [...account.tierPath, event.data.step] };
    case 'TierCorrected': {
      const kept = account.tierPath.filter((step) => step.at < event.data.since);
      return { ...account, tierPath: [...kept, ...event.data.steps] };
    }
    case 'TierGranted': {
      const { code, until } = event.data;
      return { ...account, manualTiers: [...account.manualTiers, { code, from: event.at, until }] };
    }
    case 'TierNoticed':
      return { ...account, noticed: [...account.noticed, event.data.validUntil] };
    case 'SegmentEntered':
      return {
        ...account,
        segments: [...account.segments, { segment: event.data.segment, from: event.at }],
      };
    case 'SegmentLeft':
      return leftSegment(account, event.data.segment, event.at);
  }
};
