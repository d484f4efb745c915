import { programmeDocument, type ProgrammeDraft, rulebooksOf } from '#libs/programme/src/contract';
import { line, on, rule, programme, Scenario, wallet } from './testing/scenario';

const base = {
  name: 'Versions',
  currency: 'AUD',
  timeZone: 'UTC',
  wallets: [wallet()],
  tiers: { levels: [] },
  rewards: [],
  lifecycle: { ruleVersion: 1 as const },
};

const per = (points: number) => rule({ award: { kind: 'perAmount', points, perMinor: 100 } });

/** One point per dollar from ever, three from February on. */
const twoVersions = (second: Partial<ProgrammeDraft> = {}) =>
  rulebooksOf([
    {
      version: 1,
      effectiveFrom: null,
      document: programmeDocument.parse({ ...base, earningRules: [per(1)] }),
    },
    {
      version: 2,
      effectiveFrom: on('2026-02-01'),
      document: programmeDocument.parse({ ...base, earningRules: [per(3)], ...second }),
    },
  ]);

describe('a programme with two versions', () => {
  it('earns by the one in force when the ticket occurred, whenever it arrives', () => {
    const scenario = new Scenario(twoVersions()).at('2026-02-05');
    scenario.buy('new', 1_000);
    scenario.buy('late', 1_000, { occurredAt: on('2026-01-31') });
    expect(scenario.account.lots.map((lot) => [lot.points, lot.cause])).toEqual([
      [30, { kind: 'rule', rule: 'base', version: 2 }],
      [10, { kind: 'rule', rule: 'base', version: 1 }],
    ]);
  });

  it('changes over at the very instant', () => {
    const scenario = new Scenario(twoVersions()).at('2026-02-01T00:00Z');
    scenario.buy('at', 1_000);
    scenario.buy('before', 1_000, { occurredAt: on('2026-02-01') - 1 });
    expect(scenario.account.lots.map((lot) => lot.points)).toEqual([30, 10]);
  });

  it('takes back by the version of the sale', () => {
    const scenario = new Scenario(twoVersions()).at('2026-01-20');
    scenario.buy('T', 1_000);
    scenario.at('2026-02-20').giveBack('R', 'T', 500);
    expect(scenario.available()).toBe(5);
  });

  it('spends by the version in force now', () => {
    const rulebooks = twoVersions({ wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 1 } })] });
    const scenario = new Scenario(rulebooks).at('2026-01-20');
    scenario.adjust(100);
    expect(scenario.pay('p', 10)).toBe('not-payable');
    expect(scenario.at('2026-02-20').pay('p', 10)).toEqual(['PointsHeld']);
  });

  it('still honours a hold of the version before', () => {
    const payable = programmeDocument.parse({
      ...base,
      earningRules: [per(1)],
      holdTtl: 'P40D',
      wallets: [wallet({ payWithPoints: { perPoints: 10, amountMinor: 15 } })],
    });
    const without = programmeDocument.parse({ ...base, earningRules: [per(1)] });
    const rulebooks = rulebooksOf([
      { version: 1, effectiveFrom: null, document: payable },
      { version: 2, effectiveFrom: on('2026-02-01'), document: without },
    ]);
    const scenario = new Scenario(rulebooks).at('2026-01-20');
    scenario.adjust(100);
    scenario.pay('p', 40);
    expect(scenario.at('2026-02-02').tell({ type: 'CaptureHold', redemptionId: 'p', points: 20 })).toEqual([
      'HoldCaptured',
    ]);
    expect(scenario.last('HoldCaptured')).toMatchObject({ points: 20, valueMinor: 30 });
  });
});

describe('limits per member', () => {
  it('of a multiplier count what is left of it, whatever comes first', () => {
    const of = (sku: string) => ({ when: { lines: { skus: [sku] } } });
    const rules = programme({
      earningRules: [
        rule({ id: 'a', ...of('SKU1'), limits: [{ id: 'few', per: 'ticket', points: 10 }] }),
        rule({ id: 'b', ...of('SKU2') }),
        rule({
          id: 'double',
          phase: 'multiply',
          award: { kind: 'multiplier', num: 2, den: 1 },
          limits: [{ id: 'hundred', per: 'day', points: 100 }],
        }),
      ],
    });
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const scenario = new Scenario(rules);
      for (const lineNo of order) scenario.buy(`T${lineNo}`, [line(lineNo, 10_000)]);
      expect(scenario.available()).toBe(210);
    }
  });

  const limited = (limit: NonNullable<NonNullable<ProgrammeDraft['earningRules'][number]['limits']>>[number]) =>
    programme({ earningRules: [rule({ limits: [limit] })], late: { maxAge: 'P10Y' } });
  const gain = (scenario: Scenario, id: string, day: string): number => {
    const before = scenario.available();
    scenario.at(day).buy(id, 10_000);
    return scenario.available() - before;
  };

  it.each([
    ['day', ['2026-01-05T01:00Z', '2026-01-05T23:59Z', '2026-01-06'], [100, 20, 100]],
    ['week', ['2026-01-05', '2026-01-11T23:00Z', '2026-01-12'], [100, 20, 100]],
    ['month', ['2026-01-01', '2026-01-31', '2026-02-01'], [100, 20, 100]],
    ['quarter', ['2026-01-01', '2026-03-31', '2026-04-01'], [100, 20, 100]],
    ['year', ['2026-01-01', '2026-12-31', '2027-01-01'], [100, 20, 100]],
    ['ever', ['2026-01-01', '2026-12-31', '2029-01-01'], [100, 20, 0]],
  ] as const)('per %s', (unit, days, gains) => {
    const scenario = new Scenario(limited({ id: 'cap', per: unit, points: 120 }));
    expect(days.map((day, index) => gain(scenario, `T${index}`, day))).toEqual(gains);
  });

  it('rolling: what was given leaves the window one by one', () => {
    const scenario = new Scenario(limited({ id: 'cap', per: 'rolling', period: 'P7D', points: 120 }));
    expect(gain(scenario, 'A', '2026-01-01')).toBe(100);
    expect(gain(scenario, 'B', '2026-01-05')).toBe(20);
    expect(gain(scenario, 'C', '2026-01-08')).toBe(100);
    expect(gain(scenario, 'D', '2026-01-12')).toBe(20);
  });

  it('of a multiplier clip what it adds, not the base', () => {
    const triple = rule({
      id: 'triple',
      phase: 'multiply',
      award: { kind: 'multiplier', num: 3, den: 1 },
      limits: [{ id: 'daily', per: 'day', points: 50 }],
    });
    const scenario = new Scenario(programme({ earningRules: [rule(), triple] }));
    expect(gain(scenario, 'A', '2026-01-05')).toBe(150);
    expect(gain(scenario, 'B', '2026-01-05')).toBe(100);
    expect(gain(scenario, 'C', '2026-01-06')).toBe(150);
  });

  it('count what was earned, not what was spent', () => {
    const scenario = new Scenario(limited({ id: 'cap', per: 'day', points: 120 }));
    scenario.at('2026-01-05').buy('A', 10_000);
    scenario.adjust(-100);
    expect(gain(scenario, 'B', '2026-01-05')).toBe(20);
  });
});

describe('what a sale keeps for later', () => {
  it('is where the member stood, so that a return can run the rules again', () => {
    const scenario = new Scenario(
      programme({
        earningRules: [rule({ limits: [{ id: 'daily', per: 'day', points: 120 }] })],
        tiers: { levels: [{ code: 'member', min: 0 }] },
      }),
    );
    scenario.tell({ type: 'NoteSegment', segment: 'vip', inside: true, since: on('2025-12-01') });
    scenario.buy('A', 10_000);
    scenario.tell({ type: 'RecordVisit', visitId: 'v', occurredAt: scenario.now, kind: 'walk-in' });
    scenario.buy('B', 10_000);
    expect(scenario.last('PurchaseRecorded').standing).toEqual({
      tier: 'member',
      segments: ['vip'],
      joinedAt: on('2026-01-01'),
      firstPurchase: false,
      visits: 1,
      used: { 'base/daily': 100 },
    });
  });

  it('is each line as it was, and which earned what', () => {
    const scenario = new Scenario();
    scenario.buy('A', [line(1, 1_050), line(2, 1_050), line(3, 900)]);
    expect(scenario.last('PointsEarned')).toMatchObject({
      points: 30,
      lines: [
        { lineNo: 1, points: 11 },
        { lineNo: 2, points: 10 },
        { lineNo: 3, points: 9 },
      ],
    });
  });
});
