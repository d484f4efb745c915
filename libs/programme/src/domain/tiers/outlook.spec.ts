import { toText } from '#libs/platform/kernel/instant';
import { at, historyWith, rulebookWith } from '../../testing/programmes';
import { entry, history, metals } from '../../testing/tier-histories';
import type { QualifyingEntry } from '../occasion';
import { nextTierChange, toKeep, toNext } from './outlook';

const quarter = { window: { kind: 'calendar', unit: 'quarter' } } as const;
const rules = rulebookWith(metals(quarter));
const spent = (
  ...amounts: readonly (readonly [string, number])[]
): { readonly entries: readonly QualifyingEntry[] } => ({
  entries: amounts.map(([date, amount]) => entry(date, amount)),
});
const now = at('2026-05-20T00:00:00+10:00');

describe('what is missing', () => {
  it('for the next tier, in the window of now', () => {
    expect(toNext(rules, spent(['2026-03-31', 90], ['2026-04-01', 30]), 'bronze', now)).toEqual({
      code: 'silver',
      missing: 70,
    });
    expect(toNext(rules, spent(['2026-04-01', 130]), 'silver', now)).toEqual({ code: 'gold', missing: 70 });
    expect(toNext(rules, spent(), undefined, now)).toEqual({ code: 'bronze', missing: 0 });
  });
  it('nothing where an upgrade only waits', () =>
    expect(toNext(rules, spent(['2026-04-01', 230]), 'bronze', now)).toEqual({ code: 'silver', missing: 0 }));
  it('nothing above the highest tier, and nothing without tiers', () => {
    expect(toNext(rules, spent(), 'gold', now)).toBeUndefined();
    expect(toNext(rulebookWith(), spent(), undefined, now)).toBeUndefined();
  });
  it('to keep a tier at its end, by what its last period has so far', () => {
    const standing = {
      code: 'silver',
      since: at('2026-02-10T00:00:00+10:00'),
      validUntil: at('2026-07-01T00:00:00+10:00'),
    };
    expect(toKeep(rules, spent(['2026-02-10', 150]), standing)).toEqual({ code: 'silver', missing: 100 });
    expect(toKeep(rules, spent(['2026-02-10', 150], ['2026-05-01', 40]), standing)).toEqual({
      code: 'silver',
      missing: 60,
    });
    expect(toKeep(rules, spent(['2026-05-01', 140]), standing)).toEqual({ code: 'silver', missing: 0 });
  });
  it('nothing to keep a tier without end, or one unknown', () => {
    expect(toKeep(rules, spent(), { code: 'bronze', since: now })).toBeUndefined();
    expect(toKeep(rules, spent(), { code: 'tin', since: now, validUntil: now + 1 })).toBeUndefined();
  });
});

describe('the next instant at which time may change the tier', () => {
  const next = (...args: Parameters<typeof history>): string | undefined => {
    const change = nextTierChange(history(...args));
    return change === undefined ? undefined : toText(change + 10 * 3_600_000).slice(0, 10);
  };
  const silver = {
    code: 'silver',
    since: at('2026-02-10T12:00:00+10:00'),
    validUntil: at('2026-07-01T00:00:00+10:00'),
  };
  const until = '2026-05-20T00:00:00+10:00';
  const past = '2026-07-02T00:00:00+10:00';
  const bought = [entry('2026-02-10', 100)];

  it('is its end, then the end of its grace', () => {
    expect(next(quarter, bought, { from: silver, until })).toBe('2026-07-01');
    expect(next({ ...quarter, grace: 'P14D' }, bought, { from: silver, until: past })).toBe('2026-07-15');
  });
  it('is never for a tier that does not end', () => {
    expect(next(quarter, [], { until })).toBeUndefined();
    expect(next(quarter, [], { from: { code: 'bronze', since: 0 }, until })).toBeUndefined();
  });
  it('is the beginning of the period that an upgrade waits for', () =>
    expect(next({ ...quarter, upgrade: 'nextPeriod' }, bought, { until: '2026-03-01T00:00:00Z' })).toBe('2026-04-01'));
  it('is the next programme version', () => {
    const rulebooks = historyWith(metals(quarter), ['2026-06-01T00:00:00+10:00', metals(quarter)]);
    expect(next(quarter, bought, { rulebooks, from: silver, until })).toBe('2026-06-01');
  });
  it('is the beginning or end of a tier by hand, or what it hides', () => {
    const manual = [{ code: 'gold', from: at('2026-06-01T00:00:00+10:00'), until: at('2026-08-01T00:00:00+10:00') }];
    expect(next(quarter, bought, { manual, from: silver, until })).toBe('2026-06-01');
    const gold = { code: 'gold', since: at('2026-06-01T00:00:00+10:00'), validUntil: at('2026-08-01T00:00:00+10:00') };
    expect(next(quarter, bought, { manual, from: gold, until: '2026-06-02T00:00:00+10:00' })).toBe('2026-07-01');
    expect(next(quarter, bought, { manual, from: gold, until: past })).toBe('2026-08-01');
  });
});
