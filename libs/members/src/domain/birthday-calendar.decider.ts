import { accept, type Decider } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { BirthdaysStated } from './birthday-calendar.events';

/** Closes a date: all of its birthdays have been stated. */
export interface CloseBirthdays {
  readonly type: 'CloseBirthdays';
  readonly date: string;
  readonly at: Instant;
}

/** Up to which date the birthdays of a zone have been stated. */
export interface BirthdayCalendar {
  readonly closed: string | null;
}

/** One calendar per time zone: dates are closed once, in order. */
export const birthdayCalendarDecider: Decider<CloseBirthdays, BirthdayCalendar, BirthdaysStated, never> = {
  category: 'birthday_calendar',
  foldVersion: 1,
  initial: () => ({ closed: null }),
  decide: ({ date, at }, { closed }) =>
    closed !== null && date <= closed ? accept() : accept({ type: 'BirthdaysStated', at, data: { date } }),
  evolve: (_, { data }) => ({ closed: data.date }),
};
