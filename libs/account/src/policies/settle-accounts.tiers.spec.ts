import fc from 'fast-check';
import { type ProgrammeDraft, rulebooksOf } from '#libs/programme/src/contract';
import { on, programme, Scenario } from '../domain/testing/scenario';
import { passTime } from '../testing/due-entries';

type TiersDraft = ProgrammeDraft['tiers'];

const levels = [
  { code: 'member', min: 0 },
  { code: 'silver', min: 50_000 },
  { code: 'gold', min: 150_000 },
];

const under = (tiers: Partial<TiersDraft>): Scenario =>
  new Scenario(programme({ tiers: { levels, ...tiers }, late: { maxAge: 'P5Y' } }));

/** What time alone has brought about: the tiers and the warnings stated since a fact. */
const stated = (scenario: Scenario, since: number): readonly string[] =>
  scenario.events.slice(since).flatMap((event) => {
    const day = new Date(event.at).toISOString().slice(0, 10);
    if (event.type === 'TierReached' || event.type === 'TierLost') return [`${day} ${event.data.step.to}`];
    return event.type === 'TierNoticed' ? [`${day} warned`] : [];
  });

describe('a member whom nobody looks at is told', () => {
  it('of the tier that is lost at the end of a grace', () => {
    const scenario = under({ window: { kind: 'calendar', unit: 'year' }, validity: 'endOfPeriod', grace: 'P30D' });
    scenario.at('2026-05-01').buy('P', 60_000);
    const since = scenario.events.length;
    passTime(scenario, on('2027-03-01'));
    expect(stated(scenario, since)).toEqual(['2027-01-31 member']);
  });

  it('of the tier that begins with the next period', () => {
    const scenario = under({ window: { kind: 'calendar', unit: 'quarter' }, upgrade: 'nextPeriod' });
    scenario.at('2026-02-01').buy('P', 60_000);
    passTime(scenario, on('2026-05-01'));
    expect(stated(scenario, 0)).toEqual(['2026-04-01 silver']);
  });

  it('of the end of the tier that a return leaves, and warned of it', () => {
    const scenario = under({ window: { kind: 'calendar', unit: 'year' }, validity: 'endOfPeriod', notice: 'P30D' });
    scenario.at('2026-02-01').buy('P1', 60_000);
    scenario.at('2026-02-10').buy('P2', 100_000);
    scenario.at('2026-02-11').giveBack('R', 'P2', 100_000);
    const since = scenario.events.length;
    passTime(scenario, on('2027-02-01'));
    expect(stated(scenario, since)).toEqual(['2026-12-02 warned', '2027-01-01 member']);
  });

  it('of what a later version gives, once the account was settled at its beginning', () => {
    const tiers = { window: { kind: 'calendar', unit: 'year' }, validity: 'endOfPeriod', levels } as const;
    const [before, after] = [tiers, { ...tiers, notice: 'P30D', grace: 'P10D' }].map(
      (each) => programme({ tiers: each }).all[0]!.document,
    );
    const begins = on('2026-06-01');
    const scenario = new Scenario(
      rulebooksOf([
        { version: 1, effectiveFrom: null, document: before! },
        { version: 2, effectiveFrom: begins, document: after! },
      ]),
    );
    scenario.at('2026-02-01').buy('P', 60_000);
    const told = scenario.events.filter(({ at }) => at < begins).length;
    passTime(scenario, begins);
    scenario.tell({ type: 'SettleAccount' });
    passTime(scenario, on('2027-02-01'));
    expect(stated(scenario, told)).toEqual(['2026-12-02 warned', '2027-01-11 member']);
  });

  it('not of an upgrade for which too much has come back', () => {
    const scenario = under({ window: { kind: 'calendar', unit: 'quarter' }, upgrade: 'nextPeriod' });
    scenario.at('2026-02-01').buy('P', 60_000);
    scenario.at('2026-02-02').giveBack('R', 'P', 20_000);
    passTime(scenario, on('2026-05-01'));
    expect(stated(scenario, 0)).toEqual([]);
  });
});

it('nothing more is stated where steps say everything', () => {
  const scenario = under({ window: { kind: 'calendar', unit: 'year' }, notice: 'P30D' });
  scenario.buy('P1', 60_000);
  scenario.at('2026-03-01').buy('P2', 100_000);
  scenario.giveBack('R', 'P2', 100_000);
  passTime(scenario, on('2029-01-01'));
  expect(scenario.events.filter(({ type }) => type === 'TierChangeAwaited')).toEqual([]);
});

const day = 86_400_000;

/** Something bought, that comes back or is told late, and the days after the one before. */
const courses = fc.array(
  fc.record({
    days: fc.integer({ min: 0, max: 120 }),
    amount: fc.integer({ min: 10_000, max: 160_000 }),
    late: fc.constantFrom(0, 0, 40),
    back: fc.constantFrom(false, false, true),
  }),
  { minLength: 1, maxLength: 6 },
);

const tiers: fc.Arbitrary<Partial<TiersDraft>> = fc.record({
  window: fc.constantFrom<NonNullable<TiersDraft['window']>>(
    { kind: 'calendar', unit: 'quarter' },
    { kind: 'calendar', unit: 'year' },
    { kind: 'rolling', period: 'P3M' },
  ),
  validity: fc.constantFrom('endOfPeriod' as const, 'endOfNextPeriod' as const),
  upgrade: fc.constantFrom('immediate' as const, 'nextPeriod' as const),
  downgrade: fc.constantFrom('oneDown' as const, 'toQualified' as const),
  notice: fc.constantFrom('P20D', 'P60D'),
  grace: fc.constantFrom('P10D', 'P100D'),
});

it('every step and warning is stated once it has come, though only the timer looks', () =>
  fc.assert(
    fc.property(tiers, fc.boolean(), courses, fc.integer({ min: 0, max: 900 }), (drawn, graceless, course, rest) => {
      const { grace: _, ...without } = drawn;
      const scenario = under(graceless ? without : drawn);
      course.forEach(({ days, amount, late, back }, index) => {
        passTime(scenario, scenario.now + days * day);
        scenario.buy(`P${index}`, amount, { occurredAt: Math.max(scenario.now - late * day, on('2026-01-01')) });
        if (back) scenario.giveBack(`R${index}`, `P${index}`, amount);
      });
      passTime(scenario, scenario.now + rest * day);
      const { tierPath, noticed } = scenario.settled();
      expect(scenario.account).toMatchObject({ tierPath, noticed });
    }),
    { numRuns: 300 },
  ));
