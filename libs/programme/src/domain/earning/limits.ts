import { endOf, startOf, subtractPeriod } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import { noPeriod } from '#libs/platform/kernel/period';
import type { Clip, LimitWindow, Standing } from '../occasion';
import type { CompiledLimit, CompiledRule } from './compiled-rule';
import type { PlannedLimit } from './earning-plan';

/** What is left of a rule's tightest limit. */
export interface Room {
  readonly limitId: string;
  readonly points: number;
}

/** Points given so far in this very occasion, by limit key. */
export type Taken = Map<string, number>;

/** What is left of the tightest limit of a rule; `undefined` when the rule has none. */
export const roomOf = ({ limits }: CompiledRule, standing: Standing, taken: Taken): Room | undefined => {
  let tightest: Room | undefined;
  for (const { limitId, key, points } of limits) {
    const left = Math.max(0, points - (standing.used[key] ?? 0) - (taken.get(key) ?? 0));
    if (tightest === undefined || left < tightest.points) tightest = { limitId, points: left };
  }
  return tightest;
};

/** Counts points as given toward each limit of a rule. */
export const take = ({ limits }: CompiledRule, points: number, taken: Taken): void => {
  for (const { key } of limits) taken.set(key, (taken.get(key) ?? 0) + points);
};

/** The cut that a room makes in points; `undefined` when they fit. */
export const clipOf = (rule: string, room: Room | undefined, points: number): Clip | undefined =>
  room === undefined || points <= room.points
    ? undefined
    : { rule, limitId: room.limitId, wouldBe: points, given: room.points };

interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

const windowOf = ({ per, period }: CompiledLimit, at: Instant, zone: string): Window => {
  switch (per) {
    case 'day':
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return { from: startOf(per, at, zone), to: endOf(per, at, zone) };
    case 'rolling':
      return { from: subtractPeriod(at, period ?? noPeriod, zone) + 1, to: at + 1 };
    case 'ticket':
    case 'ever':
      return { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
  }
};

/** The windows that roll back from instants after this one and hold it still. */
const laterWindows = (limit: CompiledLimit, at: Instant, zone: string, later: readonly Instant[]): readonly Window[] =>
  limit.per === 'rolling'
    ? later.map((instant) => windowOf(limit, instant, zone)).filter(({ from, to }) => from <= at && at < to)
    : [];

/**
 * The windows of each limit that an instant falls in, on the calendar of a zone: one, and for a limit that rolls one
 * more for each of the later instants whose window reaches back to it.
 */
export const windowsAt = (
  limits: readonly PlannedLimit[],
  at: Instant,
  zone: string,
  later: readonly Instant[],
): LimitWindow[] =>
  limits.flatMap(({ rule, limit }) =>
    [windowOf(limit, at, zone), ...laterWindows(limit, at, zone, later)].map(({ from, to }) => ({
      rule,
      limitId: limit.limitId,
      from,
      to,
    })),
  );
