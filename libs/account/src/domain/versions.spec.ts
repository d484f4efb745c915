import { programmeDocument, type ProgrammeDraft, type Rulebooks, rulebooksOf } from '#libs/programme/src/contract';
import { overviewOf, settledFacts } from './overview';
import { on, Scenario, wallet } from './testing/scenario';
import { contextOf } from './testing/told';

const document = (changes: Partial<ProgrammeDraft>) =>
  programmeDocument.parse({
    name: 'Test programme',
    currency: 'AUD',
    timeZone: 'UTC',
    wallets: [wallet()],
    earningRules: [],
    tiers: { levels: [] },
    rewards: [],
    lifecycle: { ruleVersion: 1 },
    ...changes,
  });

/** The first in force since ever, the next since June, the one after since September 2026. */
const inTurn = (...drafts: readonly Partial<ProgrammeDraft>[]): Rulebooks =>
  rulebooksOf(
    drafts.map((draft, index) => ({
      version: index + 1,
      effectiveFrom: [null, on('2026-06-01'), on('2026-09-01')][index] ?? null,
      document: document(draft),
    })),
  );

const seen = (scenario: Scenario) => {
  const context = contextOf(scenario);
  return overviewOf(settledFacts(scenario.account, context, scenario.now).account, context, scenario.now);
};

describe('a wallet that a version leaves out', () => {
  const rulebooks = inTurn({ wallets: [wallet(), wallet({ code: 'stars' })] }, {});
  const take = (scenario: Scenario, points: number, code = 'stars') =>
    scenario.tell({ type: 'AdjustPoints', adjustmentId: `A${points}`, wallet: code, points, reason: 'test' });

  it('can still be emptied by hand, but no longer filled', () => {
    const scenario = new Scenario(rulebooks);
    take(scenario, 50);
    scenario.at('2026-06-02');
    expect(scenario.available('stars')).toBe(50);
    expect(take(scenario, -51)).toBe('insufficient-points');
    expect(take(scenario, 10)).toBe('unknown-wallet');
    expect(take(scenario, -50)).toEqual(['PointsDeducted']);
    expect(scenario.available('stars')).toBe(0);
    expect(seen(scenario).wallets.map(({ code }) => code)).toEqual(['points']);
  });

  it('is unknown to whoever never had points in it', () =>
    expect(take(new Scenario(rulebooks).at('2026-06-02'), -1)).toBe('unknown-wallet'));
});

describe('a version without tiers', () => {
  const tiers = (validity: 'forever' | 'endOfPeriod') => ({
    window: { kind: 'calendar' as const, unit: 'quarter' as const },
    validity,
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 5_000 },
    ],
  });

  it.each(['forever', 'endOfPeriod'] as const)('leaves nobody a tier, whatever was reached before (%s)', (validity) => {
    const scenario = new Scenario(inTurn({ tiers: tiers(validity) }, {}));
    scenario.at('2026-05-01').buy('P1', 6_000);
    expect(seen(scenario).tier).toMatchObject({ code: 'gold' });
    expect(seen(scenario.at('2026-06-01')).tier).toBeNull();
    scenario.at('2026-08-01').buy('P2', 6_000);
    expect(seen(scenario).tier).toBeNull();
    expect(seen(new Scenario(inTurn({ tiers: tiers(validity) }, {})).at('2026-08-01')).tier).toBeNull();
  });

  it('does not forget them, for a version that has them again', () => {
    const scenario = new Scenario(inTurn({ tiers: tiers('forever') }, {}, { tiers: tiers('forever') }));
    scenario.at('2026-05-01').buy('P1', 6_000);
    expect(seen(scenario.at('2026-08-31')).tier).toBeNull();
    expect(seen(scenario.at('2026-09-01')).tier).toMatchObject({ code: 'gold' });
  });
});
