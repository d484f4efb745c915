import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { on, programme, Scenario, wallet } from './testing/scenario';

type Tiers = ProgrammeDraft['tiers'];

const levels = [
  { code: 'member', min: 0 },
  { code: 'silver', min: 50_000 },
  { code: 'gold', min: 150_000 },
];
const quarterly: Tiers = { window: { kind: 'calendar', unit: 'quarter' }, levels };

const under = (tiers: Tiers, draft: Partial<ProgrammeDraft> = {}): Scenario =>
  new Scenario(programme({ tiers: { levels, ...tiers }, late: { maxAge: 'P1Y' }, ...draft }));

const path = (scenario: Scenario): string[] =>
  scenario.settled().tierPath.map((step) => `${step.kind} ${step.to} ${new Date(step.at).toISOString().slice(0, 10)}`);

/** Gold by one ticket of 10 February, and then nothing until the end of the year. */
const goldOnce = (tiers: Tiers): Scenario => {
  const scenario = under({ ...quarterly, ...tiers }).at('2026-02-10');
  scenario.buy('T', 160_000);
  return scenario.at('2026-12-31');
};

describe('what becomes of a tier that is not earned again', () => {
  it.each<[Tiers, string[]]>([
    [{}, ['lost member 2026-07-01']],
    [{ downgrade: 'oneDown' }, ['lost silver 2026-07-01', 'lost member 2026-10-01']],
    [{ downgrade: 'none' }, []],
    [{ validity: 'forever' }, []],
    [{ validity: 'endOfPeriod' }, ['lost member 2026-04-01']],
    [{ grace: 'P14D' }, ['lost member 2026-07-15']],
    [{ grace: 'P14D', downgrade: 'oneDown' }, ['lost silver 2026-07-15', 'lost member 2026-10-15']],
  ])('%j: %j', (tiers, after) => expect(path(goldOnce(tiers))).toEqual(['reached gold 2026-02-10', ...after]));

  it('it is kept when it is earned again within the days of grace', () => {
    const scenario = under({ ...quarterly, grace: 'P14D' }).at('2026-02-10');
    scenario.buy('T', 160_000);
    scenario.at('2026-07-14').buy('U', 150_000);
    expect(path(scenario)).toEqual(['reached gold 2026-02-10', 'renewed gold 2026-07-14']);
  });
});

describe('a tier that is to begin with the next period', () => {
  const scenario = (): Scenario => {
    const waiting = under({ ...quarterly, upgrade: 'nextPeriod' }).at('2026-02-10');
    waiting.buy('T', 60_000);
    return waiting;
  };

  it('is not reached by the ticket, but at the beginning of that period, whoever looks then', () => {
    const waiting = scenario();
    expect(path(waiting.at('2026-03-31'))).toEqual([]);
    expect(path(waiting.at('2026-04-01'))).toEqual(['reached silver 2026-04-01']);
    expect(waiting.at('2026-05-01').tell({ type: 'SettleAccount' })).toEqual(['TierReached']);
    expect(waiting.last('TierReached')).toMatchObject({ ordinal: 3, step: { at: on('2026-04-01') } });
  });

  it('is not reached when the goods come back before then', () => {
    const waiting = scenario();
    waiting.at('2026-03-20').giveBack('R', 'T', 20_000);
    expect(path(waiting.at('2026-04-02'))).toEqual([]);
  });
});

describe('what counts toward a tier', () => {
  it.each<[string, (scenario: Scenario) => unknown]>([
    ['spending points', (scenario) => scenario.adjust(-400)],
    ['a return of what was bought in an earlier window', (scenario) => scenario.giveBack('R', 'old', 40_000)],
  ])('is not lowered by %s', (_, act) => {
    const scenario = under(quarterly).at('2025-12-20');
    scenario.buy('old', 40_000);
    scenario.at('2026-01-10').buy('new', 50_000);
    act(scenario);
    expect(path(scenario)).toEqual(['reached silver 2026-01-10']);
  });

  it('is lowered by a return in the window of the sale, however late the return comes', () => {
    const scenario = under(quarterly).at('2026-01-10');
    scenario.buy('T', 50_000);
    scenario.at('2026-04-15').giveBack('R', 'T', 100);
    expect(path(scenario)).toEqual([]);
  });

  it('visits, where the programme says so, and tickets are none', () => {
    const scenario = under({
      metric: 'visits',
      window: { kind: 'rolling', period: 'P1M' },
      levels: [
        { code: 'guest', min: 0 },
        { code: 'regular', min: 3 },
      ],
    });
    const visit = (day: string) => {
      const occurredAt = scenario.at(day).now;
      return scenario.tell({ type: 'RecordVisit', visitId: day, occurredAt, kind: 'walk-in' });
    };
    scenario.at('2026-01-02').buy('T', 90_000);
    expect([visit('2026-01-03'), visit('2026-01-10')]).toEqual([['VisitRecorded'], ['VisitRecorded']]);
    expect(visit('2026-01-20')).toEqual(['VisitRecorded', 'TierReached']);
    expect(path(scenario)).toEqual(['reached regular 2026-01-20']);
  });

  it('within a year that begins on the day of joining', () => {
    const window = { kind: 'membershipYear' } as const;
    const joined = { joinedAt: on('2025-06-15') };
    const scenario = new Scenario(programme({ tiers: { window, levels }, late: { maxAge: 'P1Y' } }), joined);
    scenario.at('2026-06-14').buy('A', 30_000);
    scenario.at('2026-06-15').buy('B', 30_000);
    expect(path(scenario)).toEqual([]);
    scenario.at('2026-06-20').buy('C', 20_000);
    expect(scenario.last('TierReached').step).toMatchObject({ to: 'silver', validUntil: on('2028-06-15') });
  });

  it('points of the qualifying wallet, less those that returns took back', () => {
    const wallets = [wallet({ returns: { points: 'proportional', reach: 'withinBalance' } })];
    const metal: Tiers = {
      metric: 'points:points',
      window: { kind: 'lifetime' },
      levels: [
        { code: 'bronze', min: 0 },
        { code: 'silver', min: 100 },
      ],
    };
    const scenario = under(metal, { wallets });
    scenario.buy('T', 10_000);
    expect(path(scenario)).toEqual(['reached silver 2026-01-01']);
    scenario.adjust(-100);
    scenario.giveBack('R', 'T', 1_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 0, forgiven: 10 });
    expect(path(scenario)).toEqual([]);
  });
});

describe('a tier given by hand', () => {
  const gold = { type: 'GrantTier', code: 'gold', until: on('2026-06-01'), reason: 'goodwill' } as const;

  it('leaves the member, at its end, with what was earned meanwhile', () => {
    const scenario = under(quarterly).at('2026-02-10');
    scenario.tell(gold);
    scenario.at('2026-05-10').buy('T', 60_000);
    expect(path(scenario.at('2026-06-02'))).toEqual(['reached gold 2026-02-10', 'lost silver 2026-06-01']);
  });

  it('lower than the one that was earned changes nothing', () => {
    const scenario = under(quarterly).at('2026-02-10');
    scenario.buy('T', 160_000);
    expect(scenario.tell({ ...gold, code: 'silver' })).toEqual(['TierGranted']);
    expect(path(scenario)).toEqual(['reached gold 2026-02-10']);
  });

  it('survives the return of everything that was bought', () => {
    const scenario = under(quarterly).at('2026-02-10');
    scenario.buy('T', 160_000);
    scenario.tell(gold);
    scenario.giveBack('R', 'T', 160_000);
    expect(scenario.settled().tierPath.at(-1)?.to).toBe('gold');
    expect(path(scenario.at('2026-06-01')).at(-1)).toBe('lost member 2026-06-01');
  });
});
