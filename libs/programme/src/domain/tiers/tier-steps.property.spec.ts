import fc from 'fast-check';
import type { ProgrammeDraft } from '../document/document';
import type { ManualTier, QualifyingEntry, TierStanding, TierStep } from '../occasion';
import { at, historyWith } from '../../testing/programmes';
import { metals } from '../../testing/tier-histories';
import type { Rulebooks } from '../rulebook';
import { standingAfter } from './earned-path';
import { nextTierChange } from './outlook';
import { tierSteps } from './tier-steps';

type TiersDraft = ProgrammeDraft['tiers'];

const start = at('2026-01-01T00:00:00+11:00');
const day = 86_400_000;
const end = start + 900 * day;
/** Instants on a coarse grid, so that many fall together. */
const instant = fc.integer({ min: 0, max: 1800 }).map((halfDays) => start + (halfDays * day) / 2);

const tiers: fc.Arbitrary<Partial<TiersDraft>> = fc.record(
  {
    window: fc.constantFrom<NonNullable<TiersDraft['window']>>(
      { kind: 'lifetime' },
      { kind: 'rolling', period: 'P2M' },
      { kind: 'rolling', period: 'P45D' },
      { kind: 'calendar', unit: 'month' },
      { kind: 'calendar', unit: 'quarter' },
      { kind: 'membershipYear' },
    ),
    validity: fc.constantFrom('endOfPeriod', 'endOfNextPeriod', 'forever'),
    downgrade: fc.constantFrom('none', 'oneDown', 'toQualified'),
    grace: fc.constantFrom('P10D', 'P3M'),
    upgrade: fc.constantFrom('immediate', 'nextPeriod'),
  },
  { requiredKeys: ['window', 'validity', 'downgrade', 'upgrade'] },
);

const entries = fc
  .array(fc.record({ at: instant, netSpendMinor: fc.integer({ min: 0, max: 150 }) }), { maxLength: 25 })
  .map((drawn): QualifyingEntry[] =>
    drawn.sort((a, b) => a.at - b.at).map((each) => ({ ...each, visits: 1, points: {} })),
  );

const manual = fc.array(
  fc
    .record({ code: fc.constantFrom('silver', 'gold'), from: instant, days: fc.integer({ min: 1, max: 200 }) })
    .map(({ code, from, days }): ManualTier => ({ code, from, until: from + days * day })),
  { maxLength: 2 },
);

const rulebooks = fc
  .tuple(tiers, fc.option(fc.tuple(instant, tiers), { nil: undefined }))
  .map(([first, second]): Rulebooks =>
    second === undefined
      ? historyWith(metals(first))
      : historyWith(metals(first), [new Date(second[0]).toISOString(), metals(second[1])]),
  );

const joinedAt = start + 10 * day;
const whole = (rules: Rulebooks, spent: readonly QualifyingEntry[], floors: readonly ManualTier[]): TierStep[] =>
  tierSteps({ rulebooks: rules, entries: spent, manual: floors, joinedAt, until: end });

/** The path as it comes about live: looked at after every entry, and at other moments in between. */
const lived = (
  rules: Rulebooks,
  spent: readonly QualifyingEntry[],
  floors: readonly ManualTier[],
  looks: readonly number[],
): TierStep[] => {
  const path: TierStep[] = [];
  let standing: TierStanding | undefined;
  let fromInstant = start;
  const moments = [
    ...spent.map((each, index) => ({ at: each.at, known: index + 1 })),
    ...[...looks, end].map((look) => ({ at: look, known: spent.filter((each) => each.at <= look).length })),
  ].sort((a, b) => a.at - b.at || a.known - b.known);
  for (const { at: until, known } of moments) {
    if (until < fromInstant) continue;
    const steps = tierSteps({
      rulebooks: rules,
      entries: spent.slice(0, known),
      manual: floors,
      joinedAt,
      ...(standing === undefined ? {} : { from: standing }),
      fromInstant,
      until,
    });
    for (const step of steps) standing = standingAfter(standing, step);
    path.push(...steps);
    fromInstant = until;
  }
  return path;
};

const runs = { numRuns: 200 };

describe('the path through the tiers', () => {
  it('is the same step by step as started over', () =>
    fc.assert(
      fc.property(rulebooks, entries, fc.array(instant, { maxLength: 10 }), (rules, spent, looks) =>
        expect(lived(rules, spent, [], looks)).toEqual(whole(rules, spent, [])),
      ),
      runs,
    ));

  it('also under tiers given by hand', () =>
    fc.assert(
      fc.property(rulebooks, entries, manual, (rules, spent, floors) =>
        expect(lived(rules, spent, floors, [])).toEqual(whole(rules, spent, floors)),
      ),
      runs,
    ));

  it('is one path: in order, each step from where the last one led, none of them idle', () =>
    fc.assert(
      fc.property(rulebooks, entries, manual, (rules, spent, floors) => {
        const path = whole(rules, spent, floors);
        path.forEach((step, index) => {
          const before = path[index - 1];
          if (before !== undefined) {
            expect(step.at).toBeGreaterThanOrEqual(before.at);
            expect(step.from).toBe(before.to);
          }
          expect(step.kind === 'renewed').toBe(step.from === step.to);
          // A tier by hand may end while the earned one below it is past its own end, in grace.
          if (step.validUntil !== undefined && floors.length === 0) expect(step.validUntil).toBeGreaterThan(step.at);
        });
      }),
      runs,
    ));

  it('changes by time alone only when that was announced', () =>
    fc.assert(
      fc.property(rulebooks, entries, manual, instant, (rules, spent, floors, until) => {
        const known = spent.filter((each) => each.at <= until);
        const past = tierSteps({ rulebooks: rules, entries: known, manual: floors, joinedAt, until });
        const from = past.reduce<TierStanding | undefined>(standingAfter, undefined);
        const next = nextTierChange({
          rulebooks: rules,
          entries: known,
          manual: floors,
          joinedAt,
          ...(from === undefined ? {} : { from }),
          until,
        });
        const later = whole(rules, known, floors).slice(past.length)[0];
        if (later !== undefined) expect(next).toBeLessThanOrEqual(later.at);
      }),
      runs,
    ));

  it('is never below what is qualified for now, where upgrades are immediate', () =>
    fc.assert(
      fc.property(tiers, entries, (drawn, spent) => {
        const rules = historyWith(metals({ ...drawn, upgrade: 'immediate', window: { kind: 'lifetime' } }));
        const total = spent.reduce((sum, each) => sum + each.netSpendMinor, 0);
        const last = whole(rules, spent, []).at(-1)?.to ?? 'bronze';
        expect(last).toBe(total >= 200 ? 'gold' : total >= 100 ? 'silver' : 'bronze');
      }),
      runs,
    ));
});
