import { bookEnrolments } from './book-enrolments.policy';

it('whenever someone becomes a member, their account books it as of the day they joined', () =>
  expect(
    bookEnrolments.on.MemberEnrolled({
      type: 'MemberEnrolled',
      at: 2_000,
      streamId: 'member-M-1',
      data: { storeId: 'S1', channel: 'till', enrolledAt: 1_000 },
    }),
  ).toEqual([{ type: 'BookEnrolment', memberId: 'M-1', storeId: 'S1', at: 1_000 }]));
