import { settledFacts } from './overview';
import { promptsOf } from './prompts';
import { programme, Scenario, wallet } from './testing/scenario';
import { contextOf } from './testing/told';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P3M' } })],
  tiers: {
    window: { kind: 'calendar', unit: 'year' },
    validity: 'endOfPeriod',
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 1_000 },
    ],
  },
  rewards: [
    { id: 'wiper', name: { en: 'Wiper' }, wallet: 'points', cost: 10, gives: { kind: 'freeProduct', sku: 'W' } },
    { id: 'tyre', name: { en: 'Tyre' }, wallet: 'points', cost: 500, gives: { kind: 'freeProduct', sku: 'T' } },
  ],
});

const prompts = (scenario: Scenario) => {
  const context = contextOf(scenario);
  return promptsOf(settledFacts(scenario.account, context, scenario.now).account, context, scenario.now);
};

describe('what the cashier can say', () => {
  it('nothing about an empty account', () => expect(prompts(new Scenario(rules))).toEqual([]));

  it('which rewards are within reach', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 900);
    expect(prompts(scenario)).toEqual([]);
    scenario.buy('P2', 100);
    expect(prompts(scenario)).toEqual([{ kind: 'reward-available', rewardId: 'wiper', wallet: 'points', cost: 10 }]);
  });

  it('no reward to someone in debt', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.adjust(-10);
    scenario.giveBack('R1', 'P1', 1_000);
    expect(prompts(scenario)).toEqual([]);
  });

  it('which points and which tier end within thirty days', () => {
    const scenario = new Scenario(rules).at('2026-10-01');
    scenario.buy('P1', 1_000);
    expect(prompts(scenario.at('2026-11-30')).map(({ kind }) => kind)).toEqual(['reward-available']);
    expect(prompts(scenario.at('2026-12-02'))).toEqual([
      { kind: 'reward-available', rewardId: 'wiper', wallet: 'points', cost: 10 },
      { kind: 'points-expiring', wallet: 'points', points: 10, at: '2027-01-01T00:00:00.000Z' },
      { kind: 'tier-ends', tier: 'gold', at: '2027-01-01T00:00:00.000Z' },
    ]);
  });
});
