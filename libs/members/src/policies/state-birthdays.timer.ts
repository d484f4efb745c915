import type { StoreOpened } from '#libs/organisation/src/contract';
import { endOf, localTimeAt, startOfDate } from '#libs/platform/kernel/calendar';
import { parseDate } from '#libs/platform/kernel/civil-date';
import { idOf, type DomainEvent } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { BirthdaysStated } from '../domain/birthday-calendar.events';

/** State every birthday that this date brings in the home stores of a zone. */
export interface StateBirthdays {
  readonly type: 'StateBirthdays';
  readonly zone: string;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** When the date begins there. */
  readonly at: Instant;
}

interface Opened extends DomainEvent {
  readonly type: 'StoreOpened';
  readonly data: StoreOpened;
}

type Cause = Opened | BirthdaysStated;

/** A cause with the stream it stands in. */
type InStream<E> = E & { readonly streamId: string };

/**
 * Whenever a date begins in a zone where there are stores, its birthdays are stated; after that the next date is due,
 * so a server that was away for days states each of them in turn. One entry per zone, never one per member: a list of
 * what is due shows nobody's birthday.
 */
export const stateBirthdays = {
  name: 'state-birthdays',
  version: 1,
  /** Before anything that counts on birthdays, such as the day's awards. */
  ordinal: 0,
  keysOf: (fact: InStream<Cause>): readonly string[] =>
    fact.type === 'StoreOpened' ? [fact.data.timeZone] : [idOf(fact.streamId)],
  on: {
    StoreOpened: (due: { readonly dueAt: Instant } | undefined, fact: Opened, zone: string) =>
      due ?? { dueAt: endOf('day', fact.at, zone) },
    BirthdaysStated: (_: unknown, fact: BirthdaysStated, zone: string) => ({
      dueAt: startOfDate((parseDate(fact.data.date) ?? 0) + 1, zone),
    }),
  },
  whenDue: ({ dueAt }: { readonly dueAt: Instant }, zone: string): readonly StateBirthdays[] => {
    const { year, month, day } = localTimeAt(dueAt, zone);
    return [{ type: 'StateBirthdays', zone, year, month, day, at: dueAt }];
  },
} as const;
