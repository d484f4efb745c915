import type { Instant } from '#libs/platform/kernel/instant';
import { stateBirthdays } from './state-birthdays.timer';

const zone = 'Australia/Melbourne';
const at = (text: string): Instant => Date.parse(text);

const opened = (instant: Instant) => ({
  type: 'StoreOpened' as const,
  at: instant,
  streamId: 'store-chain',
  data: { storeId: 'S1', name: 'Collins Street', timeZone: zone, currency: 'AUD' },
});
const stated = (date: string) => ({
  type: 'BirthdaysStated' as const,
  at: 0,
  streamId: `birthday_calendar-${zone}`,
  data: { date },
});
const { on, keysOf, whenDue } = stateBirthdays;

describe('stating birthdays', () => {
  it('is due in a zone from the first midnight after its first store opened', () => {
    const first = opened(at('2026-03-01T18:20:00+11:00'));
    expect(keysOf(first)).toEqual([zone]);
    const due = on.StoreOpened(undefined, first, zone);
    expect(due).toEqual({ dueAt: at('2026-03-02T00:00:00+11:00') });
    expect(on.StoreOpened(due, opened(at('2026-03-05T09:00:00+11:00')), zone)).toBe(due);
  });

  it.each([
    ['2026-03-01', '2026-03-02T00:00:00+11:00'],
    ['2026-04-04', '2026-04-05T00:00:00+11:00'],
    ['2026-04-05', '2026-04-06T00:00:00+10:00'],
    ['2026-12-31', '2027-01-01T00:00:00+11:00'],
  ])('after %s is due next at %s, whatever the clocks do', (date, next) => {
    expect(keysOf(stated(date))).toEqual([zone]);
    expect(on.BirthdaysStated(undefined, stated(date), zone)).toEqual({ dueAt: at(next) });
  });

  it('states the date that begins', () =>
    expect(whenDue({ dueAt: at('2026-03-02T00:00:00+11:00') }, zone)).toEqual([
      { type: 'StateBirthdays', zone, year: 2026, month: 3, day: 2, at: at('2026-03-02T00:00:00+11:00') },
    ]));

  it('goes through every date of a year without leaving one out', () => {
    let due = on.StoreOpened(undefined, opened(at('2026-01-01T12:00:00+11:00')), zone);
    const dates: string[] = [];
    for (let n = 0; n < 365; n += 1) {
      const [command] = whenDue(due, zone);
      const { year, month, day } = command ?? { year: 0, month: 0, day: 0 };
      const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      dates.push(date);
      due = on.BirthdaysStated(undefined, stated(date), zone);
    }
    expect(new Set(dates).size).toBe(365);
    expect([dates[0], dates.at(-1)]).toEqual(['2026-01-02', '2027-01-01']);
  });
});
