import fc from 'fast-check';
import {
  type ProgrammeDraft,
  type Rulebooks,
  rulebooksOf,
  type TierStep,
  tierSteps,
} from '#libs/programme/src/contract';
import { on, programme, Scenario, wallet } from './testing/scenario';

const hour = 3_600_000;
const day = 24 * hour;

const tiers: fc.Arbitrary<ProgrammeDraft['tiers']> = fc.record({
  window: fc.constantFrom(
    { kind: 'lifetime' as const },
    { kind: 'rolling' as const, period: 'P15D' },
    { kind: 'calendar' as const, unit: 'month' as const },
    { kind: 'membershipYear' as const },
  ),
  validity: fc.constantFrom('endOfPeriod', 'endOfNextPeriod', 'forever'),
  downgrade: fc.constantFrom('none', 'oneDown', 'toQualified'),
  upgrade: fc.constantFrom('immediate', 'immediate', 'nextPeriod'),
  levels: fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 10, max: 20 })).map(([silver, gold]) => [
    { code: 'member', min: 0 },
    { code: 'silver', min: silver * 1_000 },
    { code: 'gold', min: gold * 1_000 },
  ]),
});

/** A programme whose points wait a little and convert by themselves, if at all: facts that time states, like steps. */
const rules = fc.record({ tiers, converts: fc.boolean(), waits: fc.boolean() }).map((drawn) =>
  programme({
    tiers: drawn.tiers,
    wallets: [
      wallet({
        returns: { points: 'proportional', reach: 'unlimited' },
        ...(drawn.waits ? { pending: { mode: 'after' as const, period: 'P3D', roundUp: 'month' as const } } : {}),
      }),
      wallet({ code: 'dollars' }),
    ],
    conversions: drawn.converts
      ? [{ id: 'c', from: { wallet: 'points', units: 30 }, to: { wallet: 'dollars', units: 5 }, mode: 'automatic' }]
      : [],
  }),
);

/** Two or three versions, each in force from the beginning of a day of the first months. */
const versions: fc.Arbitrary<Rulebooks> = fc
  .array(fc.tuple(rules, fc.constantFrom(10, 20, 31, 45, 59, 90)), { minLength: 2, maxLength: 3 })
  .map((drawn) => {
    const days = drawn.map(([, days]) => days).sort((a, b) => a - b);
    return rulebooksOf(
      drawn.flatMap(([{ all }], index) => {
        const effectiveFrom = index === 0 ? null : on('2026-01-01') + (days[index] ?? 0) * day + index * hour;
        return all.map(({ document }) => ({ document, version: index + 1, effectiveFrom }));
      }),
    );
  });

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('buy' as const), amount: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('return' as const), amount: fc.nat({ max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('grant' as const), amount: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const), amount: fc.constant(0) }) },
);

const life = fc.array(fc.tuple(fc.constantFrom(0, 1, 24, 72, 200, 500), act), { minLength: 1, maxLength: 14 });

const happen = (scenario: Scenario, { kind, amount }: { kind: string; amount: number }, id: string): void => {
  const sale = scenario.account.sales[amount % Math.max(1, scenario.account.sales.length)];
  if (kind === 'buy') scenario.buy(`T${id}`, amount * 100);
  else if (kind === 'return' && sale !== undefined) scenario.giveBack(`R${id}`, sale.purchaseId, 100 + amount);
  else if (kind === 'settle') scenario.tell({ type: 'SettleAccount' });
  else if (kind === 'grant') {
    const until = scenario.now + amount * day;
    scenario.tell({ type: 'GrantTier', code: amount % 2 === 0 ? 'silver' : 'gold', until, reason: 'test' });
  }
};

/** What holds after each instant: of several steps at once only the last is a tier that anybody had. */
const holding = (path: readonly TierStep[]): readonly unknown[] =>
  path.filter((step, index) => path[index + 1]?.at !== step.at).map(({ at, to, validUntil }) => [at, to, validUntil]);

describe('the recorded path through the tiers', () => {
  it('is the one that the facts give from scratch, whatever else happens at the instant of a step', () => {
    fc.assert(
      fc.property(versions, life, (rulebooks, acts) => {
        const scenario = new Scenario(rulebooks);
        acts.forEach(([hours, each], index) => {
          scenario.now += hours * hour;
          happen(scenario, each, String(index));
          const { qualifying, manualTiers, tierPath } = scenario.settled();
          const joinedAt = on('2026-01-01');
          const history = { rulebooks, entries: qualifying, manual: manualTiers, joinedAt, until: scenario.now };
          expect(holding(tierPath)).toEqual(holding(tierSteps(history)));
        });
      }),
      { numRuns: 150 },
    );
  });
});
