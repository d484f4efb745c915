import type { Instant } from '#libs/platform/kernel/instant';
import type { ManualTier, TierStanding, TierStep } from '../occasion';
import type { Rulebooks } from '../rulebook';
import { standingAfter } from './earned-path';
import { levelOf } from './qualification';

/** The tiers that a member earns: where they begin, and every step. */
export interface EarnedTiers {
  readonly initial: TierStanding | undefined;
  readonly steps: readonly TierStep[];
}

const rankAt = (rulebooks: Rulebooks, at: Instant, code: string): number => {
  const rulebook = rulebooks.at(at);
  return rulebook === undefined ? -1 : levelOf(rulebook, code);
};

const higherAt =
  (rulebooks: Rulebooks, at: Instant) =>
  (a: TierStanding, b: TierStanding): TierStanding => {
    const order = rankAt(rulebooks, at, b.code) - rankAt(rulebooks, at, a.code);
    const later = order === 0 && (b.validUntil ?? 0) > (a.validUntil ?? 0);
    return order > 0 || later ? b : a;
  };

const floorAt = (rulebooks: Rulebooks, manual: readonly ManualTier[], at: Instant): TierStanding | undefined =>
  manual
    .filter((each) => each.from <= at && at < each.until)
    .map(({ code, from, until }): TierStanding => ({ code, since: from, validUntil: until }))
    .filter(({ code }) => rankAt(rulebooks, at, code) >= 0)
    .reduce<TierStanding | undefined>((top, each) => (top ? higherAt(rulebooks, at)(top, each) : each), undefined);

const stepBetween = (rulebooks: Rulebooks, at: Instant, before: TierStanding, after: TierStanding): TierStep => {
  const rise = rankAt(rulebooks, at, after.code) - rankAt(rulebooks, at, before.code);
  const kind = before.code === after.code ? 'renewed' : rise > 0 ? 'reached' : 'lost';
  const { validUntil } = after;
  return { at, kind, from: before.code, to: after.code, ...(validUntil === undefined ? {} : { validUntil }) };
};

/** The instants at which a tier by hand begins or ends, in order. */
const edges = (manual: readonly ManualTier[], until: Instant): readonly Instant[] =>
  [...new Set(manual.flatMap((each) => [each.from, each.until]))].filter((at) => at <= until).sort((a, b) => a - b);

/**
 * The steps of a member whose earned tiers have floors: a tier given by hand holds from its beginning to its end
 * unless a higher one was earned, and leaves the member where the earned path has come to meanwhile.
 */
export const withFloors = (
  rulebooks: Rulebooks,
  { initial, steps }: EarnedTiers,
  manual: readonly ManualTier[],
  until: Instant,
): TierStep[] => {
  const path: TierStep[] = [];
  let earned = initial;
  let standing = initial;
  const look = (at: Instant): void => {
    const floor = floorAt(rulebooks, manual, at);
    const lifted = floor && earned && rankAt(rulebooks, at, floor.code) > rankAt(rulebooks, at, earned.code);
    const next = lifted ? floor : earned;
    if (next === undefined) return;
    const before = standing ?? next;
    if (before.code !== next.code || before.validUntil !== next.validUntil) {
      path.push(stepBetween(rulebooks, at, before, next));
    }
    standing = next;
  };
  const changes = [...edges(manual, until)];
  for (const step of steps) {
    while ((changes[0] ?? Infinity) <= step.at) look(changes.shift() ?? step.at);
    earned = standingAfter(earned, step);
    look(step.at);
  }
  for (const at of changes) look(at);
  return path;
};
