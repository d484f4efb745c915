import fc from 'fast-check';
import { at, rulebookWith } from '../../testing/programmes';
import { entry, metals } from '../../testing/tier-histories';
import type { ProgrammeDraft } from '../document/document';
import { entriesBefore, levelFor, levelOf, qualified, qualifiedAtEnd } from './qualification';

type TiersDraft = ProgrammeDraft['tiers'];
const rules = (tiers: Partial<TiersDraft>) => rulebookWith(metals(tiers));

describe('what counts at an instant', () => {
  const entries = [
    entry('2025-06-30', 1),
    entry('2025-12-31', 2),
    entry('2026-01-01', 4),
    entry('2026-03-31', 8),
    entry('2026-04-01', 16),
    entry('2026-05-20', 32),
  ];
  const noonOf = (date: string): number => at(`${date}T12:00:00+10:00`);
  it.each<[string, TiersDraft['window'], string, number]>([
    ['all of it', { kind: 'lifetime' }, '2026-05-20', 63],
    ['the entry itself, and none after', { kind: 'lifetime' }, '2026-04-01', 31],
    ['the quarter', { kind: 'calendar', unit: 'quarter' }, '2026-05-20', 48],
    ['the half-year', { kind: 'calendar', unit: 'halfYear' }, '2026-05-20', 60],
    ['the year', { kind: 'calendar', unit: 'year' }, '2026-05-20', 60],
    ['the month', { kind: 'calendar', unit: 'month' }, '2026-05-20', 32],
    ['a rolling window, open at its beginning', { kind: 'rolling', period: 'P49D' }, '2026-05-20', 32],
    ['a rolling window a day longer', { kind: 'rolling', period: 'P50D' }, '2026-05-20', 48],
    ['the membership year', { kind: 'membershipYear' }, '2026-05-20', 62],
    ['the membership year before', { kind: 'membershipYear' }, '2025-07-01', 1],
  ])('is %s: %j on %s', (_name, window, date, amount) => {
    const member = { entries, joinedAt: at('2025-07-15T09:00:00+10:00') };
    expect(qualified(rules({ window: window ?? { kind: 'lifetime' } }), member, noonOf(date))).toBe(amount);
  });

  it('is the calendar year where joining is unknown', () =>
    expect(qualified(rules({ window: { kind: 'membershipYear' } }), { entries }, noonOf('2026-05-20'))).toBe(60));

  it('is never lowered by an entry below nothing', () => {
    const member = { entries: [entry('2026-01-01', 50), entry('2026-01-02', -20, { visits: -1 })] };
    expect(qualified(rules({ window: { kind: 'lifetime' } }), member, noonOf('2026-02-01'))).toBe(50);
    expect(qualified(rules({ window: { kind: 'lifetime' }, metric: 'visits' }), member, noonOf('2026-02-01'))).toBe(1);
  });
});

describe('what counts at the end of a period', () => {
  const entries = [entry('2026-04-01', 10), entry('2026-06-30', 20), entry('2026-07-01T00:00:00+10:00', 40)];
  const end = at('2026-07-01T00:00:00+10:00');
  it.each<[Partial<TiersDraft>, number]>([
    [{ window: { kind: 'calendar', unit: 'quarter' } }, 30],
    [{ window: { kind: 'calendar', unit: 'month' } }, 20],
    [{ window: { kind: 'calendar', unit: 'quarter' }, validity: 'endOfPeriod' }, 0],
    [{ window: { kind: 'calendar', unit: 'quarter' }, validity: 'endOfPeriod', upgrade: 'nextPeriod' }, 30],
    [{ window: { kind: 'rolling', period: 'P30D' } }, 20],
    [{ window: { kind: 'lifetime' } }, 30],
  ])('%j: %d', (tiers, amount) => expect(qualifiedAtEnd(rules(tiers), { entries }, end)).toBe(amount));
});

describe('the levels', () => {
  const metal = rules({});
  it.each([
    [0, 0],
    [99, 0],
    [100, 1],
    [199, 1],
    [200, 2],
    [1e12, 2],
  ])('%d reaches level %d', (amount, level) => expect(levelFor(metal, amount)).toBe(level));
  it('are found by their code', () => {
    expect(['bronze', 'silver', 'gold', 'tin'].map((code) => levelOf(metal, code))).toEqual([0, 1, 2, -1]);
    expect(levelFor(rulebookWith(), 500)).toBe(-1);
  });
});

it('entries before an instant are counted as one by one', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 30 }),
      fc.integer({ min: -1, max: 21 }),
      (drawn, instant) => {
        const entries = drawn
          .sort((a, b) => a - b)
          .map((moment) => ({ at: moment, netSpendMinor: 0, visits: 0, points: {} }));
        expect(entriesBefore(entries, instant)).toBe(entries.filter((each) => each.at < instant).length);
      },
    ),
  ));
