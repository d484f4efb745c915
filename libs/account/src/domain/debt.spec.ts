import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { on, programme, rule, Scenario, wallet } from './testing/scenario';

type Wallet = ProgrammeDraft['wallets'][number];

const owing = { returns: { points: 'proportional', reach: 'unlimited' } } as const;
const payable = { payWithPoints: { perPoints: 1, amountMinor: 1 } } as const;

/** Someone who earned 100 at the beginning, spent them, and brought the goods back: 100 are owed. */
const indebted = (changes: Partial<Wallet> = {}, draft: Partial<ProgrammeDraft> = {}): Scenario => {
  const scenario = new Scenario(programme({ wallets: [wallet({ ...owing, ...payable, ...changes })], ...draft }));
  scenario.buy('T', 10_000);
  scenario.pay('spent', 100);
  scenario.tell({ type: 'CaptureHold', redemptionId: 'spent' });
  scenario.giveBack('R', 'T', 10_000);
  return scenario;
};

const repaid = (scenario: Scenario): readonly string[] =>
  scenario.events.flatMap((event) =>
    event.type === 'DebtRepaid' ? event.data.slices.map((slice) => `${slice.lotId} ${slice.points}`) : [],
  );

describe('someone who owes points', () => {
  it('has none to spend, whatever they try', () => {
    const scenario = indebted({}, { conversions: [] });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 100 });
    expect(scenario.pay('p', 1)).toBe('in-debt');
    expect(scenario.pay('p', 'max')).toBe('in-debt');
    expect(scenario.adjust(-1)).toBe('in-debt');
  });

  it('may not convert either', () => {
    const dollars = wallet({ code: 'dollars' });
    const conversions = [{ id: 'swap', from: { wallet: 'points', units: 1 }, to: { wallet: 'dollars', units: 1 } }];
    const scenario = indebted({}, { wallets: [wallet({ ...owing, ...payable }), dollars], conversions });
    expect(scenario.tell({ type: 'ConvertPoints', requestId: 'c', conversionId: 'swap', times: 1 })).toBe('in-debt');
  });

  it('owes in that wallet alone', () => {
    const scenario = indebted(
      {},
      {
        wallets: [wallet({ ...owing, ...payable }), wallet({ code: 'stars', ...payable })],
        earningRules: [
          rule(),
          rule({ id: 'star', wallet: 'stars', when: { on: ['visit'] }, award: { kind: 'fixed', points: 5 } }),
        ].map((each) => ({ ...each, phase: each.wallet === 'stars' ? ('bonus' as const) : ('base' as const) })),
      },
    );
    scenario.tell({ type: 'RecordVisit', visitId: 'V', occurredAt: scenario.now, kind: 'shop' });
    const aim = { kind: 'payWithPoints', wallet: 'stars', billMinor: 500, points: 5, storeId: 'S1' } as const;
    expect(scenario.tell({ type: 'HoldPoints', redemptionId: 's', aim })).toEqual(['PointsHeld']);
    expect(scenario.balance('stars')).toEqual({ available: 0, pending: 0, held: 5, debt: 0 });
  });
});

describe('what repays a debt', () => {
  it.each<[string, (scenario: Scenario) => unknown]>([
    ['a ticket', (scenario) => scenario.buy('U', 3_000)],
    ['points given by hand', (scenario) => scenario.adjust(30, 'U')],
    [
      'goodwill',
      (scenario) =>
        scenario.tell({
          type: 'BookAward',
          awardId: 'U',
          wallet: 'points',
          points: 30,
          cause: { kind: 'goodwill', reference: 'complaint' },
        }),
    ],
    [
      'a redemption undone in part',
      (scenario) => scenario.tell({ type: 'UndoRedemption', redemptionId: 'spent', points: 30 }),
    ],
  ])('%s of 30, to the last of them', (_, act) => {
    const scenario = indebted();
    expect(act(scenario)).toContain('DebtRepaid');
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 70 });
  });

  it('the whole redemption undone: nothing is owed and nothing is left', () => {
    const scenario = indebted();
    scenario.tell({ type: 'UndoRedemption', redemptionId: 'spent' });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
    expect(scenario.adjust(7)).toEqual(['PointsEarned']);
    expect(scenario.available()).toBe(7);
  });

  it('bit by bit, and what is more than the debt can be spent', () => {
    const scenario = indebted();
    for (const [index, minor] of [4_000, 4_000, 4_000].entries()) scenario.buy(`U${index}`, minor);
    expect(repaid(scenario)).toEqual(['U0.1 40', 'U1.1 40', 'U2.1 20']);
    expect(scenario.balance()).toEqual({ available: 20, pending: 0, held: 0, debt: 0 });
    expect(scenario.last('DebtRepaid')).toEqual({
      wallet: 'points',
      points: 20,
      slices: [{ lotId: 'U2.1', points: 20, issuingStore: 'S1' }],
      ordinal: 1,
    });
  });

  it('pending points only from when they become active, the earlier first', () => {
    const scenario = indebted();
    const waiting = programme({
      wallets: [wallet({ ...owing, ...payable, pending: { mode: 'after', period: 'P5D' } })],
    });
    Object.assign(scenario, { rulebooks: waiting });
    scenario.at('2026-01-10').buy('U', 6_000);
    scenario.at('2026-01-12').buy('V', 6_000);
    expect(scenario.balance()).toMatchObject({ pending: 120, debt: 100 });
    expect(scenario.at('2026-01-15').balance()).toMatchObject({ available: 0, pending: 60, debt: 40 });
    expect(scenario.at('2026-01-17').balance()).toMatchObject({ available: 20, pending: 0, debt: 0 });
    scenario.tell({ type: 'SettleAccount' });
    expect(repaid(scenario)).toEqual(['U.1 60', 'V.1 40']);
    expect(scenario.events.filter(({ type }) => type === 'DebtRepaid').map(({ at }) => at)).toEqual([
      on('2026-01-15'),
      on('2026-01-17'),
    ]);
  });

  it('points that are on hold only once the hold has ended', () => {
    const scenario = new Scenario(programme({ wallets: [wallet({ ...owing, ...payable })] }));
    scenario.buy('T', 1_000);
    scenario.adjust(20, 'gift');
    scenario.pay('p', 30);
    scenario.giveBack('R', 'T', 1_000);
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 30, debt: 10 });
    expect(scenario.at('2026-01-01T00:14Z').balance().debt).toBe(10);
    expect(scenario.at('2026-01-01T00:15Z').balance()).toEqual({ available: 20, pending: 0, held: 0, debt: 0 });
  });

  it('late points with what they would have repaid in their time', () => {
    const scenario = indebted();
    const brief = programme({ wallets: [wallet({ ...owing, expiry: { mode: 'after', period: 'P3D' } })] });
    Object.assign(scenario, { rulebooks: brief });
    scenario.at('2026-01-20').buy('late', 6_000, { occurredAt: on('2026-01-10') });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 40 });
  });
});

describe('a second return', () => {
  it('adds to what is owed already', () => {
    const scenario = indebted();
    scenario.buy('U', 15_000);
    expect(scenario.balance()).toMatchObject({ available: 50, debt: 0 });
    scenario.adjust(-50);
    scenario.giveBack('R2', 'U', 10_000);
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 100 });
    scenario.giveBack('R3', 'U', 5_000);
    expect(scenario.balance().debt).toBe(150);
    expect(scenario.last('DebtIncurred')).toEqual({ wallet: 'points', points: 50, returnId: 'R3' });
  });
});
