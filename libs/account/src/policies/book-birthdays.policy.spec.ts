import { bookBirthdays } from './book-birthdays.policy';

it("whenever a member's birthday begins, their account books that year's", () =>
  expect(
    bookBirthdays.on.BirthdayReached({
      type: 'BirthdayReached',
      at: 5_000,
      streamId: 'member-M1',
      data: { year: 2026 },
    }),
  ).toEqual([{ type: 'BookBirthday', memberId: 'M1', year: 2026, at: 5_000 }]));
