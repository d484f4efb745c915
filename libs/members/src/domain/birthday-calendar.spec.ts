import { fold } from '#libs/platform/kernel/decider';
import { birthdayCalendarDecider } from './birthday-calendar.decider';
import { birthdayCalendarEvents, type BirthdaysStated } from './birthday-calendar.events';
import stored from './birthday-calendar.history/BirthdaysStated.1.json';

const { decide, initial } = birthdayCalendarDecider;
const stated = (date: string): BirthdaysStated => ({ type: 'BirthdaysStated', at: 5, data: { date } });
const after = (...dates: string[]) => fold(birthdayCalendarDecider, initial('UTC'), dates.map(stated));
const close = (date: string, ...before: string[]) =>
  decide({ type: 'CloseBirthdays', date, at: 5 }, after(...before), undefined);

describe('the calendar of birthdays', () => {
  it('closes a date', () => expect(close('2026-03-01')).toEqual({ kind: 'accepted', events: [stated('2026-03-01')] }));

  it('goes on from the last one', () =>
    expect(close('2026-03-02', '2026-03-01')).toEqual({ kind: 'accepted', events: [stated('2026-03-02')] }));

  it.each(['2026-03-01', '2026-02-28'])('has closed %s already', (date) =>
    expect(close(date, '2026-02-28', '2026-03-01')).toEqual({ kind: 'accepted', events: [] }),
  );

  it('still reads what it once wrote', () => {
    const [type] = birthdayCalendarEvents.all();
    expect(type?.schema.parse(stored)).toEqual(stored);
  });
});
