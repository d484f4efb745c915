import { rulebooksOf } from '#libs/programme/src/contract';
import { on, programme, Scenario, wallet } from './testing/scenario';

const twoWallets = (mode: 'onRequest' | 'automatic') =>
  programme({
    wallets: [wallet(), wallet({ code: 'dollars', scale: 2, expiry: { mode: 'after', period: 'P12M' } })],
    conversions: [
      { id: 'to-dollars', from: { wallet: 'points', units: 1_000 }, to: { wallet: 'dollars', units: 1_000 }, mode },
    ],
  });

const convert = (scenario: Scenario, times: number, requestId = 'c1') =>
  scenario.tell({ type: 'ConvertPoints', requestId, conversionId: 'to-dollars', times });

describe('points given and taken by hand', () => {
  it('change the balance by exactly that', () => {
    const scenario = new Scenario();
    expect(scenario.adjust(100)).toEqual(['PointsEarned']);
    expect(scenario.adjust(-30)).toEqual(['PointsDeducted']);
    expect(scenario.available()).toBe(70);
  });

  it('never take more than there is', () => {
    const scenario = new Scenario();
    scenario.adjust(10);
    expect(scenario.adjust(-11)).toBe('insufficient-points');
    expect(scenario.available()).toBe(10);
  });

  it('keep their note sealed beside them', () => {
    const scenario = new Scenario();
    const gift = { type: 'AdjustPoints', adjustmentId: 'A', wallet: 'points', points: 5, reason: 'goodwill' } as const;
    expect(scenario.tell({ ...gift, note: 'sealed:abc' })).toEqual(['PointsEarned', 'AdjustmentNoted']);
    expect(scenario.last('AdjustmentNoted')).toEqual({ lotId: 'A', note: 'sealed:abc' });
  });

  it('need a wallet of the programme', () => {
    const gift = { type: 'AdjustPoints', adjustmentId: 'A', wallet: 'miles', points: 5, reason: 'x' } as const;
    expect(new Scenario().tell(gift)).toBe('unknown-wallet');
  });
});

describe('awards of other contexts', () => {
  const award = {
    type: 'BookAward',
    awardId: 'W1',
    wallet: 'points',
    points: 85,
    cause: { kind: 'goodwill', reference: 'complaint-7' },
  } as const;

  it('are booked once', () => {
    const scenario = new Scenario();
    expect(scenario.tell(award)).toEqual(['PointsEarned']);
    expect(scenario.tell(award)).toEqual([]);
    expect(scenario.available()).toBe(85);
    expect(scenario.last('PointsEarned').cause).toEqual({ kind: 'goodwill', reference: 'complaint-7' });
  });

  it('are booked for a suspended member as well, who has them once the suspension is over', () => {
    const scenario = new Scenario(
      programme({ wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 1 } })] }),
    );
    const suspend = (suspended: boolean) => Object.assign(scenario, { context: { suspended } });
    suspend(true);
    expect(scenario.tell(award)).toEqual(['PointsEarned']);
    expect(scenario.pay('p', 10)).toBe('member-suspended');
    suspend(false);
    expect(scenario.tell(award)).toEqual([]);
    expect(scenario.pay('p', 10)).toEqual(['PointsHeld']);
  });
});

describe('conversions', () => {
  it('turn whole units of one wallet into another', () => {
    const scenario = new Scenario(twoWallets('onRequest'));
    scenario.adjust(2_500);
    expect(convert(scenario, 2)).toEqual(['PointsConverted', 'PointsEarned']);
    expect([scenario.available(), scenario.available('dollars')]).toEqual([500, 2_000]);
    expect(scenario.last('PointsEarned')).toMatchObject({ activeFrom: scenario.now, expiresAt: on('2027-01-01') });
  });

  it('refuse what is not there, and what nobody offers', () => {
    const scenario = new Scenario(twoWallets('onRequest'));
    scenario.adjust(1_999);
    expect(convert(scenario, 2)).toBe('insufficient-points');
    expect(scenario.tell({ type: 'ConvertPoints', requestId: 'c', conversionId: 'x', times: 1 })).toBe(
      'unknown-conversion',
    );
  });

  it('happen by themselves as soon as there is enough, when automatic', () => {
    const scenario = new Scenario(twoWallets('automatic'));
    expect(scenario.adjust(999)).toEqual(['PointsEarned']);
    expect(scenario.adjust(1_500)).toEqual(['PointsEarned', 'PointsConverted', 'PointsEarned']);
    expect([scenario.available(), scenario.available('dollars')]).toEqual([499, 2_000]);
  });
});

describe('points that wait for an action', () => {
  it('count once they are activated, and expire from then on', () => {
    const wallets = [wallet({ pending: { mode: 'onAction' }, expiry: { mode: 'after', period: 'P1M' } })];
    const scenario = new Scenario(programme({ wallets }));
    scenario.buy('T', 1_000);
    expect(scenario.at('2026-06-01').balance()).toMatchObject({ available: 0, pending: 10 });
    expect(scenario.tell({ type: 'ActivatePoints', wallet: 'points' })).toEqual(['PointsActivated']);
    expect(scenario.balance()).toMatchObject({ available: 10, pending: 0 });
    expect(scenario.at('2026-07-01').available()).toBe(0);
  });
});

describe('points whose expiry counts from earning', () => {
  it('keep that expiry when they are activated late', () => {
    const expiry = { mode: 'after', period: 'P6M', from: 'earning' } as const;
    const scenario = new Scenario(programme({ wallets: [wallet({ pending: { mode: 'onAction' }, expiry })] }));
    scenario.buy('T', 1_000);
    scenario.at('2026-06-01').tell({ type: 'ActivatePoints', wallet: 'points' });
    expect(scenario.at('2026-06-30').available()).toBe(10);
    expect(scenario.at('2026-07-01').available()).toBe(0);
  });
});

describe('sliding expiry', () => {
  it('starts anew with each purchase', () => {
    const wallets = [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn'] } })];
    const scenario = new Scenario(programme({ wallets }));
    scenario.buy('T', 1_000);
    expect(scenario.at('2026-01-20').buy('U', 1_000)).toEqual(['PurchaseRecorded', 'PointsEarned', 'ExpiryExtended']);
    expect(scenario.at('2026-02-19').available()).toBe(20);
    expect(scenario.at('2026-02-20').available()).toBe(0);
  });

  it('counts from when the purchase was made, however late it is told', () => {
    const wallets = [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn'] } })];
    const scenario = new Scenario(programme({ wallets }));
    scenario.buy('T', 1_000);
    scenario.at('2026-01-25').buy('U', 1_000, { occurredAt: on('2026-01-20') });
    expect(scenario.at('2026-02-19').available()).toBe(20);
    expect(scenario.at('2026-02-20').available()).toBe(0);
  });

  it('starts anew with a visit where the wallet says so', () => {
    const wallets = [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['visit'] } })];
    const scenario = new Scenario(programme({ wallets }));
    scenario.buy('T', 1_000);
    const visit = { type: 'RecordVisit', visitId: 'V', kind: 'shop', occurredAt: on('2026-01-20') } as const;
    expect(scenario.at('2026-01-20').tell(visit)).toEqual(['VisitRecorded', 'ExpiryExtended']);
    expect(scenario.at('2026-02-19').available()).toBe(10);
  });

  it('switched on, gives points without an end one, counted from then', () => {
    const [never] = programme().all;
    const [sliding] = programme({
      wallets: [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn'] } })],
    }).all;
    if (never === undefined || sliding === undefined) throw new Error('no versions');
    const switched = rulebooksOf([never, { ...sliding, version: 2, effectiveFrom: on('2026-03-01') }]);
    const scenario = new Scenario(switched);
    scenario.buy('T', 1_000);
    expect(scenario.at('2026-03-31').available()).toBe(10);
    expect(scenario.at('2026-04-01').available()).toBe(0);
    scenario.tell({ type: 'SettleAccount' });
    expect(scenario.events.slice(2).map(({ type, at }) => [type, at])).toEqual([
      ['ExpiryExtended', on('2026-03-01')],
      ['PointsExpired', on('2026-04-01')],
    ]);
  });
});

describe('segments', () => {
  it('are entered and left once', () => {
    const scenario = new Scenario();
    const enter = { type: 'NoteSegment', segment: 'vip', inside: true, since: scenario.now } as const;
    expect(scenario.tell(enter)).toEqual(['SegmentEntered']);
    expect(scenario.tell(enter)).toEqual([]);
    expect(scenario.tell({ ...enter, inside: false, since: on('2026-02-01') })).toEqual(['SegmentLeft']);
    expect(scenario.account.segments).toEqual([{ segment: 'vip', from: on('2026-01-01'), until: on('2026-02-01') }]);
  });
});
