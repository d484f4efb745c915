import { epochDayAt, type LocalTime } from '#libs/platform/kernel/calendar';
import { parseDate } from '#libs/platform/kernel/civil-date';
import type { When } from '../document/when';
import type { Occasion, Standing } from '../occasion';
import type { EarningBase } from './earning-base';

/** Everything a condition may look at. */
export interface Circumstance {
  readonly occasion: Occasion;
  readonly standing: Standing;
  /** The ticket's earning base; absent when nothing was bought. */
  readonly base: EarningBase | undefined;
  /** The calendar and clock of the store, or of the programme when there is no store. */
  readonly local: LocalTime;
  readonly zone: string;
}

type Holds = (circumstance: Circumstance) => boolean;

/** A key of `when`: its test, or `undefined` when the rule does not restrict it. */
interface Condition {
  readonly key: keyof When;
  readonly of: (when: When) => Holds | undefined;
}

const among = (
  names: readonly string[] | undefined,
  read: (c: Circumstance) => string | undefined,
): Holds | undefined => {
  if (names === undefined) return undefined;
  const wanted = new Set(names);
  return (circumstance) => {
    const name = read(circumstance);
    return name !== undefined && wanted.has(name);
  };
};

const onDay = (text: string | undefined, holds: (today: number, day: number) => boolean): Holds | undefined => {
  const day = text === undefined ? undefined : parseDate(text);
  return day === undefined ? undefined : ({ local }) => holds(local.epochDay, day);
};

const millisecondsOf = (clockTime: string): number =>
  (Number(clockTime.slice(0, 2)) * 60 + Number(clockTime.slice(3))) * 60_000;

/** A span of the day, in milliseconds of the clock; it crosses midnight when it ends before it begins. */
interface DaySpan {
  readonly from: number;
  readonly to: number;
}

const spanOf = (when: When): DaySpan | undefined =>
  when.timeOfDay && { from: millisecondsOf(when.timeOfDay[0]), to: millisecondsOf(when.timeOfDay[1]) };

const isWithin = ({ from, to }: DaySpan, time: number): boolean =>
  from < to ? from <= time && time < to : from <= time || time < to;

const timeOfDay: Condition['of'] = (when) => {
  const span = spanOf(when);
  return span && (({ local }) => isWithin(span, local.millisecondOfDay));
};

/** After midnight, a span that began the evening before still counts as that evening's weekday. */
const weekdays: Condition['of'] = (when) => {
  if (when.weekdays === undefined) return undefined;
  const wanted = new Set(when.weekdays);
  const span = spanOf(when);
  const carriesUntil = span !== undefined && span.to < span.from ? span.to : 0;
  return ({ local }) => {
    const eveningBefore = local.millisecondOfDay < carriesUntil;
    return wanted.has(eveningBefore ? ((local.weekday + 5) % 7) + 1 : local.weekday);
  };
};

const joinedWithinDays: Condition['of'] = (when) => {
  const days = when.joinedWithinDays;
  if (days === undefined) return undefined;
  return ({ standing, local, zone }) => {
    if (standing.joinedAt === undefined) return false;
    const age = local.epochDay - epochDayAt(standing.joinedAt, zone);
    return age >= 0 && age <= days;
  };
};

const minTicketMinor: Condition['of'] = (when) => {
  const least = when.minTicketMinor;
  return least === undefined ? undefined : ({ base }) => base !== undefined && base.billMinor >= least;
};

const segments: Condition['of'] = (when) => {
  const wanted = when.segments && new Set(when.segments);
  return wanted && (({ standing }) => standing.segments.some((segment) => wanted.has(segment)));
};

const tenders: Condition['of'] = (when) => {
  const wanted = when.tenders && new Set(when.tenders);
  return wanted && (({ occasion }) => (occasion.basket?.tenders ?? []).some((tender) => wanted.has(tender.kind)));
};

/**
 * The keys of `when` in the order in which a failing one is named; `on` comes before them and `lines` after. A new
 * condition is its key in the document's schema and one entry here.
 */
const conditions: readonly Condition[] = [
  {
    key: 'firstPurchase',
    of: ({ firstPurchase }) =>
      firstPurchase && (({ occasion, standing }) => occasion.on === 'purchase' && standing.firstPurchase),
  },
  { key: 'stores', of: ({ stores }) => among(stores, ({ occasion }) => occasion.store?.storeId) },
  { key: 'regions', of: ({ regions }) => among(regions, ({ occasion }) => occasion.store?.region) },
  { key: 'channels', of: ({ channels }) => among(channels, ({ occasion }) => occasion.channel) },
  { key: 'tiers', of: ({ tiers }) => among(tiers, ({ standing }) => standing.tier) },
  { key: 'segments', of: segments },
  { key: 'from', of: ({ from }) => onDay(from, (today, day) => today >= day) },
  { key: 'to', of: ({ to }) => onDay(to, (today, day) => today < day) },
  { key: 'weekdays', of: weekdays },
  { key: 'timeOfDay', of: timeOfDay },
  { key: 'minTicketMinor', of: minTicketMinor },
  { key: 'joinedWithinDays', of: joinedWithinDays },
  { key: 'tenders', of: tenders },
];

/** A condition that a rule does set. */
export interface SetCondition {
  readonly key: string;
  readonly holds: Holds;
}

/** The conditions that a rule sets, ready to be tested. */
export const conditionsOf = (when: When): readonly SetCondition[] =>
  conditions.flatMap(({ key, of }) => {
    const holds = of(when);
    return holds === undefined ? [] : [{ key, holds }];
  });
