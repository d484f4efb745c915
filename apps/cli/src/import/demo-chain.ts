import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '#libs/platform/kernel/instant';
import { completeJourney } from './complete-journey';
import { BadRow, type TicketRow, type TicketRows } from './imported-ticket';
import { dateIn } from './store-time';

const daysPerWeek = 7;

/**
 * The demo chain that ships with the product, moved so that its last day is the day before `now`. Whoever goes on with
 * a load that was cut off passes the same `now` again: another one makes other business dates, hence other tickets.
 */
export const demoChain = async (now: Instant): Promise<TicketRows> =>
  endingYesterday(await completeJourney({ path: demoFolder(__dirname) }), now);

/** Where the extract lies, seen from the sources as well as from the build. */
const demoFolder = (from: string): string => {
  const here = join(from, 'apps', 'cli', 'demo');
  if (existsSync(here)) return here;
  if (dirname(from) === from) throw new Error('The demo chain (apps/cli/demo) is missing.');
  return demoFolder(dirname(from));
};

/**
 * The same rows, moved by whole weeks, so that weekdays and times of day stay what they were and the last day is the one
 * before `now` in the stores' zone. Days at the end that would then lie after yesterday are left out (at most a few:
 * until the last day with purchases that was the same weekday).
 */
export const endingYesterday = async (source: TicketRows, now: Instant): Promise<TicketRows> => {
  const yesterday = Temporal.PlainDate.from(dateIn(source.timeZone, now)).subtract({ days: 1 });
  const lastDay = (await daysWithPurchases(source)).findLast((day) => day.dayOfWeek === yesterday.dayOfWeek);
  const weeks = lastDay === undefined ? 0 : lastDay.until(yesterday, { largestUnit: 'days' }).days / daysPerWeek;
  return {
    ...source,
    async *rows() {
      for await (const row of source.rows()) {
        const moved = row instanceof BadRow ? row : { ...row, occurredAt: weeksLater(source.timeZone, row, weeks) };
        if (moved instanceof BadRow || dateIn(source.timeZone, moved.occurredAt) <= yesterday.toString()) yield moved;
      }
    },
  };
};

const daysWithPurchases = async (source: TicketRows): Promise<readonly Temporal.PlainDate[]> => {
  const days = new Set<string>();
  for await (const row of source.rows())
    if (!(row instanceof BadRow)) days.add(dateIn(source.timeZone, row.occurredAt));
  return [...days].sort().map((day) => Temporal.PlainDate.from(day));
};

/** The same time of day on the stores' clock, so many weeks later. */
const weeksLater = (timeZone: string, { occurredAt }: TicketRow, weeks: number): Instant =>
  Temporal.Instant.fromEpochMilliseconds(occurredAt).toZonedDateTimeISO(timeZone).add({ weeks }).epochMilliseconds;
