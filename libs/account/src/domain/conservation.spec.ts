import type { AccountEvent } from './account.events';
import type { Account, Hold, Lot } from './account.state';
import { emptyAccount } from './empty-account';
import { type Flow, type Flows, flowsAfter, imbalances, lotsOutOfBounds, noFlow } from './conservation';
import { Scenario } from './testing/scenario';

const flowsOf = (events: readonly AccountEvent[]): Flows => events.reduce(flowsAfter, {});

const bought = (): Scenario => {
  const scenario = new Scenario();
  scenario.buy('T1', 10_000);
  return scenario;
};

const withLot = (change: Partial<Lot>): Account => {
  const { account } = bought();
  return { ...account, lots: account.lots.map((lot) => ({ ...lot, ...change })) };
};

describe('the flows of an account', () => {
  it('count what was granted and what left', () => {
    const scenario = bought();
    scenario.adjust(-30);
    expect(flowsOf(scenario.events)).toEqual({ points: { ...noFlow, granted: 100, left: 30 } });
    expect(imbalances(scenario.account, flowsOf(scenario.events))).toEqual([]);
  });

  it('count debt and its repayment', () => {
    const scenario = bought();
    scenario.adjust(-100);
    scenario.giveBack('R1', 'T1', 10_000);
    scenario.buy('T2', 3_000);
    expect(flowsOf(scenario.events)['points']).toMatchObject({ incurred: 100, repaid: 30 });
    expect(imbalances(scenario.account, flowsOf(scenario.events))).toEqual([]);
  });

  it('do not change with facts that move no points', () => {
    const flows: Flows = { points: noFlow };
    const [recorded] = bought().events;
    expect(recorded?.type).toBe('PurchaseRecorded');
    expect(recorded && flowsAfter(flows, recorded)).toBe(flows);
  });
});

describe('an account that does not add up', () => {
  const { account, events } = bought();

  it.each<[keyof Flow, string]>([
    ['granted', 'points: 101 granted − 0 left + 0 back is not 100 remaining'],
    ['left', 'points: 100 granted − 1 left + 0 back is not 100 remaining'],
    ['back', 'points: 100 granted − 0 left + 1 back is not 100 remaining'],
    ['incurred', 'points: 1 incurred − 0 repaid is not 0 owed'],
    ['repaid', 'points: 0 incurred − 1 repaid is not 0 owed'],
  ])('is found when %s is one more', (name, problem) => {
    const flow = flowsOf(events)['points'] ?? noFlow;
    expect(imbalances(account, { points: { ...flow, [name]: flow[name] + 1 } })).toEqual([problem]);
  });

  it('is found when a lot appears that no fact granted', () =>
    expect(imbalances(account, {})).toEqual(['points: 0 granted − 0 left + 0 back is not 100 remaining']));

  it('is found when it owes less than nothing', () => {
    const owing = { ...emptyAccount('M1'), debts: { points: -5 } };
    const flows = { points: { ...noFlow, repaid: 5 } };
    expect(imbalances(owing, flows)).toEqual(['points: the debt is -5']);
  });
});

describe('a lot out of bounds', () => {
  it.each<[Partial<Lot>, string]>([
    [{ remaining: 101 }, '101 remain of 100 granted'],
    [{ reversed: 101 }, '101 are reversed of 100 granted'],
    [{ reversed: -1 }, '-1 are reversed of 100 granted'],
    [{ expired: 101 }, '101 have expired of 100 granted'],
    [{ expiredReversed: 1 }, '1 are reversed of 0 expired'],
  ])('%j', (change, problem) => {
    const account = withLot(change);
    expect(lotsOutOfBounds(account, account.latest)).toEqual([`lot ${account.lots[0]?.lotId}: ${problem}`]);
  });

  it('below nothing', () => {
    const account = withLot({ remaining: -1 });
    expect(lotsOutOfBounds(account, account.latest)).toHaveLength(2);
  });

  it('holds that have lapsed keep nothing', () => {
    const { account } = bought();
    const [lot] = account.lots;
    const hold: Hold = {
      redemptionId: 'r',
      aim: { kind: 'reward', rewardId: 'x', storeId: 'S1' },
      wallet: 'points',
      points: 100,
      slices: [{ lotId: String(lot?.lotId), points: 100 }],
      until: 1_000,
      status: 'held',
      captured: [],
      undone: [],
      programmeVersion: 1,
    };
    const spent = { ...withLot({ remaining: 40 }), holds: [hold] };
    expect(lotsOutOfBounds(spent, 999)).toEqual([`lot ${lot?.lotId}: 40 remain where 100 are held`]);
    expect(lotsOutOfBounds(spent, 1_000)).toEqual([]);
  });
});
