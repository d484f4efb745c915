import { idOf, type DomainEvent } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { BirthdayReached } from '#libs/members/src/contract';

/** Book a member's birthday, and what the rules give for it. */
export interface BookBirthday {
  readonly type: 'BookBirthday';
  readonly memberId: string;
  readonly year: number;
  readonly at: Instant;
}

interface Reached extends DomainEvent {
  readonly type: 'BirthdayReached';
  readonly data: BirthdayReached;
}

/** Whenever a member's birthday begins, their account learns of it, once a year. */
export const bookBirthdays = {
  name: 'book-birthdays',
  on: {
    BirthdayReached: ({ at, streamId, data }: Reached & { readonly streamId: string }): readonly BookBirthday[] => [
      { type: 'BookBirthday', memberId: idOf(streamId), year: data.year, at },
    ],
  },
} as const;
