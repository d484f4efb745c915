import { idOf, type DomainEvent } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { MemberEnrolled } from '#libs/members/src/contract';

/** Book that someone became a member, and what the rules give for it. */
export interface BookEnrolment {
  readonly type: 'BookEnrolment';
  readonly memberId: string;
  readonly storeId: string;
  readonly at: Instant;
}

interface Enrolled extends DomainEvent {
  readonly type: 'MemberEnrolled';
  readonly data: MemberEnrolled;
}

/** Whenever someone becomes a member, their account learns of it as of the day they joined. */
export const bookEnrolments = {
  name: 'book-enrolments',
  on: {
    MemberEnrolled: ({ streamId, data }: Enrolled & { readonly streamId: string }): readonly BookEnrolment[] => [
      { type: 'BookEnrolment', memberId: idOf(streamId), storeId: data.storeId, at: data.enrolledAt },
    ],
  },
} as const;
