import { z } from 'zod';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';

const statedData = z.object({
  /** The date whose birthdays have all been stated, `YYYY-MM-DD` on the calendar of the stream's zone. */
  date: z.iso.date(),
});

/** All birthdays of a date have been stated in the home stores of one time zone. */
export interface BirthdaysStated extends DomainEvent {
  readonly type: 'BirthdaysStated';
  readonly data: z.infer<typeof statedData>;
}

export const birthdayCalendarEvents = new EventCatalogue([eventType('BirthdaysStated', statedData)]);
