import type { AccountEvent } from '../domain/account.events';
import { on, programme, Scenario, wallet } from '../domain/testing/scenario';
import { dueEntries } from '../testing/due-entries';
import { settleAccounts } from './settle-accounts.timer';

/** What is due after these facts: by key, in the order of the instants. */
const dueAfter = (events: readonly AccountEvent[]): readonly (readonly [string, string])[] =>
  dueEntries(events).map(([key, dueAt]) => [key.replace(/\d{9,}/, '…'), new Date(dueAt).toISOString().slice(0, 16)]);

const rules = programme({
  wallets: [
    wallet({
      pending: { mode: 'after', period: 'P2D' },
      expiry: { mode: 'after', period: 'P1M', roundUp: 'month' },
      payWithPoints: { perPoints: 1, amountMinor: 1 },
    }),
  ],
  tiers: {
    window: { kind: 'calendar', unit: 'year' },
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 10_000 },
    ],
  },
});

const silverAndGold = programme({
  tiers: {
    window: { kind: 'calendar', unit: 'year' },
    validity: 'endOfPeriod',
    notice: 'P30D',
    levels: [
      { code: 'member', min: 0 },
      { code: 'silver', min: 50_000 },
      { code: 'gold', min: 150_000 },
    ],
  },
});

describe('an account is told to settle', () => {
  it('when points begin and when they end; those with the same end together', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.at('2026-01-02').buy('P2', 1_000);
    expect(dueAfter(scenario.events)).toEqual([
      ['M1 at …', '2026-01-03T00:00'],
      ['M1 at …', '2026-01-04T00:00'],
      ['M1 at …', '2026-03-01T00:00'],
    ]);
  });

  it('no more once they have ended', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.at('2026-03-01').tell({ type: 'SettleAccount' });
    expect(dueAfter(scenario.events)).toEqual([['M1 at …', '2026-01-03T00:00']]);
  });

  it('when a hold ends, unless it is captured or given up before', () => {
    const scenario = new Scenario(rules);
    scenario.adjust(100, 'A1');
    for (const id of ['X1', 'X2', 'X3']) scenario.pay(id, 10);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    scenario.tell({ type: 'VoidHold', redemptionId: 'X2' });
    const holds = dueAfter(scenario.events).filter(([key]) => key.includes('hold'));
    expect(holds).toEqual([['M1 hold X3', '2026-01-01T00:15']]);
  });

  it('when the tier ends, as the last word on it has it', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 20_000);
    const tier = () => dueAfter(scenario.events).filter(([key]) => key === 'M1 tier');
    expect(tier()).toEqual([['M1 tier', '2028-01-01T00:00']]);
    scenario.giveBack('R1', 'P1', 20_000);
    expect(scenario.events.map(({ type }) => type)).toContain('TierCorrected');
    expect(tier()).toEqual([]);
  });

  it('when the tier that a return leaves ends, and is to be warned of', () => {
    const scenario = new Scenario(silverAndGold).at('2026-02-01');
    scenario.buy('P1', 60_000);
    scenario.at('2026-02-10').buy('P2', 100_000);
    scenario.at('2026-02-11').giveBack('R1', 'P2', 100_000);
    expect(scenario.last('TierCorrected')).toMatchObject({ steps: [], left: { code: 'silver' } });
    expect(dueAfter(scenario.events)).toEqual([
      ['M1 notice', '2026-12-02T00:00'],
      ['M1 tier', '2027-01-01T00:00'],
    ]);
  });

  it('as before where an early correction does not say what is left', () => {
    const scenario = new Scenario(silverAndGold).at('2026-02-01');
    scenario.buy('P1', 60_000);
    const before = dueAfter(scenario.events);
    const early = { type: 'TierCorrected', at: scenario.now, data: { since: scenario.now, steps: [] } } as const;
    expect(dueAfter([...scenario.events, early])).toEqual(before);
  });

  it('when a tier given by hand ends', () => {
    const scenario = new Scenario(rules);
    scenario.tell({ type: 'GrantTier', code: 'gold', until: on('2026-06-01'), reason: 'partner' });
    expect(dueAfter(scenario.events)).toContainEqual(['M1 granted', '2026-06-01T00:00']);
  });

  it('when points get another end', () => {
    const sliding = programme({
      wallets: [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn'] } })],
    });
    const scenario = new Scenario(sliding);
    scenario.buy('P1', 1_000);
    scenario.at('2026-01-20').buy('P2', 1_000);
    expect(dueAfter(scenario.events).map(([, at]) => at)).toEqual(['2026-02-01T00:00', '2026-02-20T00:00']);
  });

  it('when points end earlier again, since a sale came back', () => {
    const rulebooks = programme({
      wallets: [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn', 'visit'] } })],
    });
    const scenario = new Scenario(rulebooks);
    scenario.buy('P1', 1_000);
    scenario.at('2026-01-20').buy('P2', 1_000);
    scenario.tell({ type: 'RecordVisit', visitId: 'V', kind: 'shop', occurredAt: on('2026-01-10') });
    scenario.giveBack('R1', 'P2', 1_000);
    expect(dueAfter(scenario.events).map(([, at]) => at)).toContain('2026-02-10T00:00');
  });

  it('not for what began or ended before it was told', () => {
    const scenario = new Scenario(programme());
    scenario.buy('P1', 1_000);
    expect(dueAfter(scenario.events)).toEqual([]);
  });

  it('for the member whose entry it is', () =>
    expect(settleAccounts.whenDue({ dueAt: 0 }, 'M-1:x hold X 1')).toEqual([
      { type: 'SettleMemberAccount', memberId: 'M-1:x' },
    ]));
});
