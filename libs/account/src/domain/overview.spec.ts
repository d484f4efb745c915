import { balancesOf, overviewOf, settledFacts, tierOf } from './overview';
import { on, programme, rule, Scenario, wallet } from './testing/scenario';
import { contextOf } from './testing/told';

const yearOf = programme({ wallets: [wallet({ expiry: { mode: 'after', period: 'P12M' } })] });

const seen = (scenario: Scenario) => {
  const context = contextOf(scenario);
  return overviewOf(settledFacts(scenario.account, context, scenario.now).account, context, scenario.now);
};

describe('an account as its member sees it', () => {
  it('of someone to whom nothing has happened shows every wallet there is', () =>
    expect(seen(new Scenario(programme({ wallets: [wallet(), wallet({ code: 'stars' })] })))).toEqual({
      memberId: 'M1',
      wallets: [
        { code: 'points', available: 0, pending: 0, held: 0, debt: 0, expiring: [] },
        { code: 'stars', available: 0, pending: 0, held: 0, debt: 0, expiring: [] },
      ],
      tier: null,
      purchases: 0,
      visits: 0,
      asOf: '2026-01-01T00:00:00.000Z',
    }));

  it('counts purchases and visits', () => {
    const scenario = new Scenario();
    scenario.buy('P1', 100);
    scenario.buy('P2', 100);
    scenario.tell({ type: 'RecordVisit', visitId: 'V1', occurredAt: scenario.now, kind: 'shop' });
    expect(seen(scenario)).toMatchObject({ purchases: 2, visits: 1 });
  });

  it('says what ends when, points with the same end together, the earliest first', () => {
    const scenario = new Scenario(yearOf);
    scenario.at('2026-02-01').buy('P1', 1_000);
    scenario.at('2026-01-15').buy('P2', 500);
    scenario.at('2026-02-01').buy('P3', 200);
    expect(seen(scenario).wallets[0]?.expiring).toEqual([
      { points: 5, at: '2027-01-15T00:00:00.000Z' },
      { points: 12, at: '2027-02-01T00:00:00.000Z' },
    ]);
  });

  it('leaves out of what ends what is on hold, spent or gone', () => {
    const pay = { perPoints: 1, amountMinor: 1 };
    const rules = programme({ wallets: [wallet({ expiry: { mode: 'after', period: 'P1M' }, payWithPoints: pay })] });
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.pay('X1', 3);
    expect(seen(scenario).wallets[0]).toMatchObject({ held: 3, expiring: [{ points: 7 }] });
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    expect(seen(scenario).wallets[0]).toMatchObject({ held: 0, expiring: [{ points: 7 }] });
    expect(seen(scenario.at('2026-02-01')).wallets[0]).toMatchObject({ available: 0, expiring: [] });
  });

  it('keeps showing a wallet that the programme has no more, while there is something in it', () => {
    const scenario = new Scenario();
    scenario.buy('P1', 1_000);
    const without = {
      ...contextOf(scenario),
      rulebooks: programme({ wallets: [wallet({ code: 'stars' })], earningRules: [] }),
    };
    expect(balancesOf(scenario.account, without, scenario.now).map(({ code, available }) => [code, available])).toEqual(
      [
        ['stars', 0],
        ['points', 10],
      ],
    );
    scenario.adjust(-10);
    scenario.giveBack('R1', 'P1', 1_000);
    expect(balancesOf(scenario.account, without, scenario.now)[1]).toEqual({
      code: 'points',
      available: 0,
      pending: 0,
      held: 0,
      debt: 10,
    });
  });

  it('is settled without anything being recorded: balances do not wait for a sweeper', () => {
    const scenario = new Scenario(yearOf);
    scenario.buy('P1', 1_000);
    const { account, due } = settledFacts(scenario.account, contextOf(scenario), on('2027-01-01'));
    expect(due.map(({ type }) => type)).toEqual(['PointsExpired']);
    expect(account.lots[0]).toMatchObject({ remaining: 0, expired: 10 });
    expect(scenario.account.lots[0]).toMatchObject({ remaining: 10, expired: 0 });
  });
});

describe('the tier', () => {
  const rules = programme({
    earningRules: [rule()],
    tiers: {
      metric: 'netSpend',
      window: { kind: 'calendar', unit: 'year' },
      levels: [
        { code: 'member', min: 0 },
        { code: 'silver', min: 10_000 },
        { code: 'gold', min: 30_000 },
      ],
    },
  });
  const tier = (scenario: Scenario) => tierOf(scenario.account, contextOf(scenario), scenario.now);

  it('is the lowest at first, with what is missing to the next', () =>
    expect(tier(new Scenario(rules))).toEqual({ code: 'member', toNext: 10_000 }));

  it('shows since when, until when, and what is missing', () => {
    const scenario = new Scenario(rules).at('2026-03-01');
    scenario.buy('P1', 12_000);
    expect(tier(scenario)).toEqual({
      code: 'silver',
      since: '2026-03-01T00:00:00.000Z',
      validUntil: '2028-01-01T00:00:00.000Z',
      toNext: 18_000,
    });
    scenario.buy('P2', 20_000);
    expect(tier(scenario)).not.toHaveProperty('toNext');
  });

  it('is none where the programme has none', () => expect(tier(new Scenario())).toBeNull());
});
