import { on, programme, Scenario, wallet } from './testing/scenario';

const payable = programme({
  wallets: [
    wallet({
      expiry: { mode: 'after', period: 'P1M' },
      payWithPoints: {
        perPoints: 100,
        amountMinor: 150,
        minPoints: 100,
        stepPoints: 50,
        maxShareOfBill: { num: 1, den: 2 },
      },
    }),
  ],
  rewards: [
    {
      id: 'coffee',
      name: { en: 'Coffee', zh: '咖啡' },
      wallet: 'points',
      cost: 80,
      gives: { kind: 'freeProduct', sku: 'COF' },
    },
    {
      id: 'five',
      name: { en: 'Five off', zh: '五元' },
      wallet: 'points',
      cost: 50,
      gives: { kind: 'voucher', amountMinor: 500, validFor: 'P30D' },
    },
  ],
});

const reward = (scenario: Scenario, redemptionId: string, rewardId = 'coffee') =>
  scenario.tell({ type: 'HoldPoints', redemptionId, aim: { kind: 'reward', rewardId, storeId: 'S1' } });

const withPoints = (points: number): Scenario => {
  const scenario = new Scenario(payable);
  scenario.adjust(points, 'gift');
  return scenario;
};

describe('holding points', () => {
  it('takes what expires soonest, and says from which lots', () => {
    const scenario = new Scenario(payable).at('2026-01-01');
    scenario.adjust(80, 'summer');
    scenario.at('2025-12-20').adjust(50, 'spring');
    scenario.at('2026-01-02');
    expect(reward(scenario, 'r1')).toEqual(['PointsHeld']);
    expect(scenario.last('PointsHeld').slices).toEqual([
      { lotId: 'spring', points: 50, issuingStore: 'S1' },
      { lotId: 'summer', points: 30, issuingStore: 'S1' },
    ]);
    expect(scenario.balance()).toEqual({ available: 50, pending: 0, held: 80, debt: 0 });
  });

  it('told twice, holds once; the same id for something else is refused', () => {
    const scenario = withPoints(500);
    reward(scenario, 'r1');
    expect(reward(scenario, 'r1')).toEqual([]);
    expect(reward(scenario, 'r1', 'five')).toBe('redemption-differs');
    expect(scenario.available()).toBe(420);
  });

  it('refuses what is not there, exactly', () => {
    expect(reward(withPoints(79), 'r1')).toBe('insufficient-points');
    expect(reward(withPoints(80), 'r1')).toEqual(['PointsHeld']);
  });

  it('refuses a reward nobody offers', () => {
    expect(reward(withPoints(500), 'r1', 'yacht')).toBe('unknown-reward');
  });

  it.each([
    [100, 100_000, ['PointsHeld'], 150],
    [150, 100_000, ['PointsHeld'], 225],
    [50, 100_000, 'below-minimum', undefined],
    [120, 100_000, 'not-a-step', undefined],
    [200, 500, 'over-bill-share', undefined],
    [100, 300, ['PointsHeld'], 150],
    [1_000, 100_000, 'insufficient-points', undefined],
  ] as const)('pays with exactly %d points on a bill of %d: %p', (points, bill, result, value) => {
    const scenario = withPoints(900);
    expect(scenario.pay('p1', points, bill)).toEqual(result);
    if (value !== undefined) expect(scenario.last('PointsHeld')).toMatchObject({ points, valueMinor: value });
  });

  it.each([
    [900, 100_000, 900],
    [940, 100_000, 900],
    [900, 1_000, 300],
    [900, 1_099, 350],
    [99, 100_000, 'nothing-to-apply'],
    [900, 100, 'nothing-to-apply'],
  ] as const)('with %d points and a bill of %d, "max" applies %p', (points, bill, expected) => {
    const scenario = withPoints(points);
    const result = scenario.pay('p1', 'max', bill);
    if (typeof expected === 'string') expect(result).toBe(expected);
    else expect(scenario.last('PointsHeld').points).toBe(expected);
  });

  it('pays one ticket with points once; another ticket, or after a void, again', () => {
    const scenario = withPoints(900);
    scenario.pay('t1', 100);
    const aim = {
      kind: 'payWithPoints',
      wallet: 'points',
      billMinor: 100_000,
      points: 100,
      storeId: 'S1',
      ticket: { tillId: 'T1', ticketNo: 't1' },
    } as const;
    expect(scenario.tell({ type: 'HoldPoints', redemptionId: 'again', aim })).toBe('open-redemption');
    expect(scenario.pay('t2', 100)).toEqual(['PointsHeld']);
    scenario.tell({ type: 'VoidHold', redemptionId: 't1' });
    expect(scenario.tell({ type: 'HoldPoints', redemptionId: 'again', aim })).toEqual(['PointsHeld']);
  });

  it.each([undefined, { tillId: 'T1' }])('names no ticket (%j): then several may be open', (ticket) => {
    const scenario = withPoints(900);
    const aim = { kind: 'payWithPoints', wallet: 'points', billMinor: 100_000, points: 100, storeId: 'S1' } as const;
    const place = ticket === undefined ? {} : { ticket };
    for (const redemptionId of ['a', 'b'])
      expect(scenario.tell({ type: 'HoldPoints', redemptionId, aim: { ...aim, ...place } })).toEqual(['PointsHeld']);
  });
});

describe('capture, void and lapse', () => {
  it('spends what was held; the rest of a partial capture is free again', () => {
    const scenario = withPoints(900);
    scenario.pay('p1', 300);
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'p1', points: 200 })).toEqual(['HoldCaptured']);
    expect(scenario.last('HoldCaptured')).toMatchObject({ points: 200, valueMinor: 300 });
    expect(scenario.balance()).toEqual({ available: 700, pending: 0, held: 0, debt: 0 });
  });

  it.each([
    ['CaptureHold', 'CaptureHold', 'already-captured'],
    ['CaptureHold', 'VoidHold', 'already-captured'],
    ['VoidHold', 'VoidHold', 'already-voided'],
    ['VoidHold', 'CaptureHold', 'already-voided'],
    ['VoidHold', 'UndoRedemption', 'already-voided'],
  ] as const)('after %s, %s is refused as %s', (first, second, reason) => {
    const scenario = withPoints(900);
    reward(scenario, 'r1');
    scenario.tell({ type: first, redemptionId: 'r1' });
    expect(scenario.tell({ type: second, redemptionId: 'r1' })).toBe(reason);
  });

  it('refuses more than was held, and redemptions nobody knows', () => {
    const scenario = withPoints(900);
    scenario.pay('p1', 300);
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'p1', points: 301 })).toBe('too-many-points');
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'p9' })).toBe('redemption-not-found');
  });

  it('spends a reward whole: its price buys all of it or nothing', () => {
    const scenario = withPoints(900);
    reward(scenario, 'r1');
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'r1', points: 1 })).toBe('reward-is-whole');
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'r1', points: 80 })).toContain('HoldCaptured');
    expect(scenario.available()).toBe(820);
  });

  it('lapses by itself after its time', () => {
    const scenario = withPoints(100).at('2026-01-01T00:00Z');
    reward(scenario, 'r1');
    expect(scenario.at('2026-01-01T00:14:59Z').available()).toBe(20);
    expect(scenario.at('2026-01-01T00:15Z').available()).toBe(100);
  });

  it('captures after the lapse while the points are still there, with slices chosen anew', () => {
    const scenario = withPoints(100);
    reward(scenario, 'r1');
    scenario.at('2026-01-01T01:00Z');
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'r1' })).toEqual(['HoldCaptured']);
    expect(scenario.available()).toBe(20);
  });

  it('refuses a capture after the lapse once the points are gone', () => {
    const scenario = withPoints(100);
    reward(scenario, 'r1');
    scenario.at('2026-01-01T01:00Z').adjust(-50);
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'r1' })).toBe('hold-expired');
  });

  it('keeps a lot that expires while held capturable until the hold ends', () => {
    const scenario = new Scenario(payable).at('2026-01-01T00:00Z');
    scenario.adjust(100, 'gift');
    scenario.at('2026-01-31T23:50Z');
    reward(scenario, 'r1');
    scenario.at('2026-02-01T00:01Z');
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 80, debt: 0 });
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'r1' })).toEqual(['PointsExpired', 'HoldCaptured']);
    expect(scenario.account.lots[0]).toMatchObject({ remaining: 0, expired: 20 });
  });

  it('expires the rest of such a lot when the hold ends unused', () => {
    const scenario = new Scenario(payable).at('2026-01-01T00:00Z');
    scenario.adjust(100, 'gift');
    scenario.at('2026-01-31T23:50Z');
    reward(scenario, 'r1');
    scenario.at('2026-02-01T00:30Z').tell({ type: 'SettleAccount' });
    expect(scenario.events.filter((event) => event.type === 'PointsExpired')).toEqual([
      {
        type: 'PointsExpired',
        at: on('2026-02-01T00:00Z'),
        data: { wallet: 'points', lotId: 'gift', points: 20, issuingStore: 'S1', ordinal: 4 },
      },
      {
        type: 'PointsExpired',
        at: on('2026-02-01T00:05Z'),
        data: { wallet: 'points', lotId: 'gift', points: 80, issuingStore: 'S1', ordinal: 4 },
      },
    ]);
  });
});

describe('a redemption on a ticket', () => {
  it('is captured in the same decision', () => {
    const scenario = withPoints(900);
    scenario.pay('p1', 300);
    const result = scenario.buy('T', 10_000, {
      redemptionIds: ['p1'],
      tenders: [
        { kind: 'points', amountMinor: 450 },
        { kind: 'card', amountMinor: 9_550 },
      ],
    });
    expect(result).toEqual(['PurchaseRecorded', 'HoldCaptured', 'PointsEarned']);
    expect(scenario.last('PointsEarned').points).toBe(95);
    expect(scenario.available()).toBe(695);
  });

  it('stops the whole ticket when it cannot be captured', () => {
    const scenario = withPoints(900);
    expect(scenario.buy('T', 10_000, { redemptionIds: ['p9'] })).toBe('redemption-not-found');
    scenario.pay('p1', 300);
    scenario.tell({ type: 'VoidHold', redemptionId: 'p1' });
    expect(scenario.buy('T', 10_000, { redemptionIds: ['p1'] })).toBe('already-voided');
    expect(scenario.account.sales).toEqual([]);
    expect(scenario.available()).toBe(900);
  });
});
