import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { on, programme, rule, Scenario, wallet } from './testing/scenario';

const levels = [
  { code: 'member', min: 0 },
  { code: 'silver', min: 50_000 },
  { code: 'gold', min: 150_000 },
];

const under = (tiers: ProgrammeDraft['tiers'], draft: Partial<ProgrammeDraft> = {}): Scenario =>
  new Scenario(programme({ tiers: { levels, ...tiers }, late: { maxAge: 'P1Y' }, ...draft }));

const path = (scenario: Scenario): string[] =>
  scenario.settled().tierPath.map((step) => `${step.kind} ${step.to} ${new Date(step.at).toISOString().slice(0, 10)}`);

describe('a ticket that crosses a minimum', () => {
  it('reaches the tier at once, with its end', () => {
    const scenario = under({ window: { kind: 'calendar', unit: 'quarter' } }).at('2026-02-10');
    expect(scenario.buy('T', 50_000)).toEqual(['PurchaseRecorded', 'PointsEarned', 'TierReached']);
    expect(scenario.last('TierReached')).toEqual({
      ordinal: 5,
      step: { at: on('2026-02-10'), kind: 'reached', from: 'member', to: 'silver', validUntil: on('2026-07-01') },
    });
  });

  it('earns at the tier in force just before it', () => {
    const double = rule({
      id: 'silver-double',
      phase: 'multiply',
      when: { tiers: ['silver'] },
      award: { kind: 'multiplier', num: 2, den: 1 },
    });
    const scenario = under({ window: { kind: 'rolling', period: 'P12M' } }, { earningRules: [rule(), double] });
    scenario.buy('A', 50_000);
    expect(scenario.last('PointsEarned').points).toBe(500);
    scenario.buy('B', 1_000);
    expect(scenario.last('PointsEarned').points).toBe(20);
  });
});

describe('a tier whose time is over', () => {
  const quarterly: ProgrammeDraft['tiers'] = { window: { kind: 'calendar', unit: 'quarter' }, levels };

  it('is lost when its period brought too little, whenever anyone looks', () => {
    const scenario = under(quarterly).at('2026-02-10');
    scenario.buy('T', 160_000);
    expect(path(scenario.at('2026-06-30'))).toEqual(['reached gold 2026-02-10']);
    expect(path(scenario.at('2026-07-01'))).toEqual(['reached gold 2026-02-10', 'lost member 2026-07-01']);
    expect(scenario.at('2026-08-01').tell({ type: 'SettleAccount' })).toEqual(['TierLost']);
    expect(scenario.last('TierLost')).toMatchObject({ ordinal: 3 });
  });

  it('is renewed when its period brought enough', () => {
    const scenario = under(quarterly).at('2026-02-10');
    scenario.buy('T', 160_000);
    scenario.at('2026-04-10').buy('U', 150_000);
    expect(path(scenario.at('2026-07-02'))).toEqual(['reached gold 2026-02-10', 'renewed gold 2026-07-01']);
  });
});

describe('the warning before a tier ends', () => {
  const warned: ProgrammeDraft['tiers'] = { window: { kind: 'calendar', unit: 'quarter' }, notice: 'P14D', levels };
  const notices = (scenario: Scenario) => scenario.events.filter((event) => event.type === 'TierNoticed');

  it('is given once, with what is missing to keep it', () => {
    const scenario = under(warned).at('2026-02-10');
    scenario.buy('T', 160_000);
    scenario.at('2026-04-05').buy('U', 30_000);
    expect(scenario.at('2026-06-16').tell({ type: 'SettleAccount' })).toEqual([]);
    expect(scenario.at('2026-06-17').tell({ type: 'SettleAccount' })).toEqual(['TierNoticed']);
    expect(scenario.at('2026-06-18').tell({ type: 'SettleAccount' })).toEqual([]);
    expect(notices(scenario)).toEqual([
      {
        type: 'TierNoticed',
        at: on('2026-06-17'),
        data: { code: 'gold', validUntil: on('2026-07-01'), missing: 120_000, ordinal: 3 },
      },
    ]);
  });

  it('stands in the fact that began the tier, so that a timer knows of it', () => {
    const scenario = under(warned).at('2026-02-10');
    scenario.buy('T', 160_000);
    expect(scenario.last('TierReached')).toMatchObject({ noticeAt: on('2026-06-17') });
    expect(scenario.at('2026-07-02').tell({ type: 'SettleAccount' })).toContain('TierLost');
    scenario.buy('late', 200_000, { occurredAt: on('2026-06-20') });
    expect(scenario.last('TierCorrected')).toMatchObject({ noticeAt: on('2026-09-17') });
  });

  it('is not given to those who have earned another period', () => {
    const scenario = under(warned).at('2026-02-10');
    scenario.buy('T', 160_000);
    scenario.at('2026-04-05').buy('U', 160_000);
    scenario.at('2026-06-20').tell({ type: 'SettleAccount' });
    expect(notices(scenario)).toEqual([]);
  });
});

describe('tickets and returns that rewrite the past', () => {
  const rolling: ProgrammeDraft['tiers'] = { window: { kind: 'rolling', period: 'P1M' }, levels };

  it('a late ticket corrects the path and leaves points alone', () => {
    const scenario = under(rolling).at('2026-01-20');
    scenario.buy('A', 40_000);
    scenario.at('2026-05-01');
    expect(scenario.buy('B', 20_000, { occurredAt: on('2026-01-10') })).toEqual([
      'PurchaseRecorded',
      'PointsEarned',
      'TierReached',
      'TierLost',
    ]);
    expect(path(scenario)).toEqual(['reached silver 2026-01-20', 'lost member 2026-03-20']);
    expect(scenario.available()).toBe(600);
  });

  it('a late ticket before a recorded step moves that step', () => {
    const scenario = under(rolling).at('2026-01-10');
    scenario.buy('A', 30_000);
    scenario.at('2026-01-20').buy('B', 30_000);
    expect(path(scenario)).toEqual(['reached silver 2026-01-20']);
    expect(scenario.at('2026-01-21').buy('C', 30_000, { occurredAt: on('2026-01-05') })).toContain('TierCorrected');
    expect(path(scenario)).toEqual(['reached silver 2026-01-10']);
  });

  it('a return takes back a tier that the sale alone had reached, not the points of later tickets', () => {
    const scenario = under(rolling).at('2026-01-10');
    scenario.buy('A', 50_000);
    expect(path(scenario)).toEqual(['reached silver 2026-01-10']);
    expect(scenario.at('2026-01-12').giveBack('R', 'A', 50_000)).toContain('TierCorrected');
    expect(path(scenario)).toEqual([]);
  });

  it('activity dated before a tier began earns at the tier of its date', () => {
    const bonus = (tier: string, points: number) =>
      rule({ id: tier, phase: 'bonus', when: { tiers: [tier] }, award: { kind: 'fixed', points } });
    const scenario = under(
      { window: { kind: 'lifetime' }, levels },
      { earningRules: [bonus('silver', 10), bonus('gold', 20)] },
    );
    scenario.at('2026-01-05').buy('first', 50_000);
    scenario.at('2026-02-01').buy('second', 100_000);
    expect(scenario.available()).toBe(10);
    scenario.at('2026-02-02').buy('late', 100, { occurredAt: on('2026-01-15') });
    expect(scenario.last('PointsEarned')).toMatchObject({ cause: { rule: 'silver' }, points: 10 });
  });
});

describe('tiers by points', () => {
  it('count what a wallet earned and are not lowered by spending', () => {
    const scenario = under({
      metric: 'points:points',
      window: { kind: 'lifetime' },
      levels: [
        { code: 'bronze', min: 0 },
        { code: 'silver', min: 200 },
      ],
    });
    scenario.buy('A', 19_900);
    expect(path(scenario)).toEqual([]);
    scenario.adjust(-150);
    scenario.buy('B', 100);
    expect(path(scenario)).toEqual(['reached silver 2026-01-01']);
  });

  it('do not count points given by hand', () => {
    const scenario = under({ metric: 'points:points', window: { kind: 'lifetime' }, levels });
    scenario.adjust(60_000);
    expect(path(scenario)).toEqual([]);
  });
});

describe('a tier given by hand', () => {
  it('is a floor until its date', () => {
    const scenario = under({ window: { kind: 'rolling', period: 'P1M' }, levels }).at('2026-01-10');
    const gold = { type: 'GrantTier', code: 'gold', until: on('2026-03-01'), reason: 'goodwill' } as const;
    expect(scenario.tell(gold)).toEqual(['TierGranted', 'TierReached']);
    expect(path(scenario.at('2026-02-28'))).toEqual(['reached gold 2026-01-10']);
    expect(path(scenario.at('2026-03-01'))).toEqual(['reached gold 2026-01-10', 'lost member 2026-03-01']);
  });

  it('must be one that the programme has', () => {
    const mithril = { type: 'GrantTier', code: 'mithril', until: on('2026-03-01'), reason: 'x' } as const;
    expect(new Scenario().tell(mithril)).toBe('unknown-tier');
  });

  it.each([
    ['2026-01-09', 'ends-before-it-begins'],
    ['2026-01-10', 'ends-before-it-begins'],
    ['2026-01-11', ['TierGranted', 'TierReached']],
  ])('must last: until %s', (until, result) => {
    const scenario = under({ window: { kind: 'lifetime' }, levels }).at('2026-01-10');
    expect(scenario.tell({ type: 'GrantTier', code: 'gold', until: on(until), reason: 'goodwill' })).toEqual(result);
  });
});

describe('points of an account', () => {
  it.each([
    [0, 6_000, 'bronze'],
    [0, 15_000, 'silver'],
    [0, 25_000, 'gold'],
    [4_000, 500, 'bronze'],
    [8_000, 3_000, 'silver'],
    [18_000, 3_000, 'gold'],
    [22_000, 5_000, 'gold'],
  ])('with %d spent so far and a ticket of %d the tier is %s', (before, ticket, expected) => {
    const metals = [
      { code: 'bronze', min: 0 },
      { code: 'silver', min: 10_000 },
      { code: 'gold', min: 20_000 },
    ];
    const scenario = under({ window: { kind: 'lifetime' }, levels: metals }, { wallets: [wallet()] });
    if (before > 0) scenario.buy('A', before);
    scenario.buy('B', ticket);
    expect(scenario.account.tierPath.at(-1)?.to ?? 'bronze').toBe(expected);
  });
});
