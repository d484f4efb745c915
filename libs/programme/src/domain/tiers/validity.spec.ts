import fc from 'fast-check';
import { toText } from '#libs/platform/kernel/instant';
import { at, rulebookWith } from '../../testing/programmes';
import { metals } from '../../testing/tier-histories';
import type { ProgrammeDraft } from '../document/document';
import { endWhenKept, endWhenReached, nextPeriodStart } from './validity';

type TiersDraft = ProgrammeDraft['tiers'];
const rules = (tiers: Partial<TiersDraft>) => rulebookWith(metals(tiers));
const reached = at('2026-02-10T12:00:00+10:00');
const joinedAt = at('2024-11-15T09:00:00+10:00');
const local = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : toText(instant + 10 * 3_600_000).slice(0, 16);

const quarter = { window: { kind: 'calendar', unit: 'quarter' } } as const;
const rolling = { window: { kind: 'rolling', period: 'P6M' } } as const;
const membership = { window: { kind: 'membershipYear' } } as const;

describe('the end of a tier', () => {
  it.each<[Partial<TiersDraft>, string, string]>([
    [{ ...quarter, validity: 'endOfPeriod' }, '2026-04-01T00:00', '2026-04-01T00:00'],
    [{ ...quarter, validity: 'endOfNextPeriod' }, '2026-07-01T00:00', '2026-04-01T00:00'],
    [{ ...rolling, validity: 'endOfPeriod' }, '2026-08-10T12:00', '2026-08-10T12:00'],
    [{ ...rolling, validity: 'endOfNextPeriod' }, '2027-02-10T12:00', '2026-08-10T12:00'],
    [{ ...membership, validity: 'endOfPeriod' }, '2026-11-15T00:00', '2026-11-15T00:00'],
    [{ ...membership, validity: 'endOfNextPeriod' }, '2027-11-15T00:00', '2026-11-15T00:00'],
  ])('%j: reached, until %s; kept, until %s', (tiers, whenReached, whenKept) => {
    expect(local(endWhenReached(rules(tiers), joinedAt, reached, 1))).toBe(whenReached);
    expect(local(endWhenKept(rules(tiers), joinedAt, reached, 1))).toBe(whenKept);
  });

  it.each<[string, Partial<TiersDraft>, number]>([
    ['the lowest tier', quarter, 0],
    ['no tier at all', quarter, -1],
    ['a lifetime window', { window: { kind: 'lifetime' } }, 2],
    ['validity for ever', { ...quarter, validity: 'forever' }, 2],
    ['no downgrade', { ...rolling, downgrade: 'none' }, 2],
  ])('never comes with %s', (_name, tiers, level) => {
    expect(endWhenReached(rules(tiers), joinedAt, reached, level)).toBeUndefined();
    expect(endWhenKept(rules(tiers), joinedAt, reached, level)).toBeUndefined();
  });

  it('two rolling periods are counted at once, so that a short month between them costs no day', () => {
    const monthly = rules({ window: { kind: 'rolling', period: 'P1M' } });
    expect(local(endWhenReached(monthly, joinedAt, at('2026-01-31T12:00:00+10:00'), 1))).toBe('2026-03-31T12:00');
  });
});

describe('the beginning of the next period', () => {
  it.each<[Partial<TiersDraft>, string]>([
    [quarter, '2026-04-01T00:00'],
    [membership, '2026-11-15T00:00'],
    [rolling, '2026-05-15T09:00'],
    [{ window: { kind: 'rolling', period: 'P7D' } }, '2026-02-13T09:00'],
  ])('%j: %s', (tiers, start) =>
    expect(local(nextPeriodStart(rules(tiers), { entries: [], joinedAt }, reached))).toBe(start),
  );

  it('is counted from the first entry where joining is unknown', () => {
    const entries = [{ at: at('2025-12-01T10:00:00+10:00'), netSpendMinor: 1, visits: 1, points: {} }];
    expect(local(nextPeriodStart(rules(rolling), { entries }, reached))).toBe('2026-06-01T10:00');
    expect(local(nextPeriodStart(rules(rolling), { entries: [] }, reached))).toBe('2026-08-10T12:00');
  });

  it('lies after the instant, and no further than one period', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('P1M', 'P45D', 'P1Y', 'PT36H'),
        fc.integer({ min: 0, max: 4_000 }),
        (period, hours) => {
          const now = joinedAt + hours * 3_600_000;
          const start = nextPeriodStart(rules({ window: { kind: 'rolling', period } }), { entries: [], joinedAt }, now);
          expect(start).toBeGreaterThan(now);
          expect(start - now).toBeLessThanOrEqual(367 * 86_400_000);
        },
      ),
    ));
});
