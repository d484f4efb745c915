import fc from 'fast-check';
import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { rulebooksOf } from '#libs/programme/src/contract';
import { on, programme, Scenario, wallet } from './testing/scenario';

type Activities = readonly ('earn' | 'spend' | 'visit')[];

const wallets = (activities: Activities, period = 'P30D'): ProgrammeDraft['wallets'] => [
  wallet({
    expiry: { mode: 'sliding', period, activities: [...activities] },
    payWithPoints: { perPoints: 1, amountMinor: 1 },
  }),
];

const sliding = (...activities: Activities): Scenario =>
  new Scenario(programme({ wallets: wallets(activities), late: { maxAge: 'P90D' } }));

const bought = (scenario: Scenario, day: string): Scenario => {
  scenario.buy(day, 1_000, { occurredAt: on(day) });
  return scenario;
};

const visited = (scenario: Scenario, day: string): Scenario => {
  scenario.tell({ type: 'RecordVisit', visitId: day, kind: 'shop', occurredAt: on(day) });
  return scenario;
};

const endOf = (scenario: Scenario, lotId: string) =>
  scenario.settled().lots.find((lot) => lot.lotId === lotId)?.expiresAt;

describe('points of a late ticket whose end slides', () => {
  it('end as if the ticket had been told in time', () => {
    const inOrder = bought(bought(sliding('earn').at('2026-01-20'), '2026-01-01'), '2026-01-10');
    const late = bought(bought(sliding('earn').at('2026-01-20'), '2026-01-10'), '2026-01-01');
    for (const scenario of [inOrder, late])
      expect(['2026-01-01.1', '2026-01-10.1'].map((lotId) => endOf(scenario, lotId))).toEqual([
        on('2026-02-09'),
        on('2026-02-09'),
      ]);
    expect(late.last('PointsEarned')).toMatchObject({ expiresAt: on('2026-02-09'), ownEnd: on('2026-01-31') });
  });

  it('live on through an activity known before they were', () => {
    const scenario = bought(bought(sliding('earn').at('2026-01-20'), '2026-01-20').at('2026-02-05'), '2026-01-01');
    expect([scenario.available(), scenario.at('2026-02-19').available()]).toEqual([20, 0]);
  });

  it('are over where the activity came when they would have been', () => {
    const scenario = bought(sliding('earn').at('2026-02-05'), '2026-02-05');
    expect(bought(scenario, '2026-01-01').available()).toBe(10);
    expect(scenario.last('PointsExpired')).toMatchObject({ lotId: '2026-01-01.1', points: 10 });
  });

  it('are not moved by what was done before they were earned, when activities moved ends further then', () => {
    const [first] = programme({ wallets: wallets(['earn', 'visit'], 'P60D') }).all;
    const [second] = programme({ wallets: wallets(['earn', 'visit']) }).all;
    if (first === undefined || second === undefined) throw new Error('no versions');
    const scenario = new Scenario(rulebooksOf([first, { ...second, version: 2, effectiveFrom: on('2026-01-12') }])).at(
      '2026-01-20',
    );
    visited(bought(visited(scenario, '2026-01-10'), '2026-01-15'), '2026-01-11');
    expect(endOf(scenario, '2026-01-15.1')).toBe(on('2026-02-14'));
  });

  it.each<[string, Activities, number | string]>([
    ['a visit', ['visit'], '2026-02-14'],
    ['a capture', ['spend'], '2026-02-14'],
    ['what is not listed', ['earn'], '2026-01-31'],
  ])('moved by %s', (what, activities, end) => {
    const scenario = sliding(...activities).at('2026-01-15');
    scenario.adjust(5);
    if (what !== 'a capture') visited(scenario, '2026-01-15');
    scenario.pay('p', 1);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'p' });
    expect(endOf(bought(scenario, '2026-01-01'), '2026-01-01.1')).toBe(on(String(end)));
  });

  it('get an end when the expiry begins to slide, moved by what was done since', () => {
    const [never] = programme().all;
    const [second] = programme({ wallets: wallets(['earn']) }).all;
    if (never === undefined || second === undefined) throw new Error('no versions');
    const rulebooks = rulebooksOf([never, { ...second, version: 2, effectiveFrom: on('2026-01-10') }]);
    const inOrder = bought(bought(new Scenario(rulebooks).at('2026-01-20'), '2026-01-05'), '2026-01-15');
    const late = bought(bought(new Scenario(rulebooks).at('2026-01-20'), '2026-01-15'), '2026-01-05');
    for (const scenario of [inOrder, late]) expect(endOf(scenario, '2026-01-05.1')).toBe(on('2026-02-14'));
  });

  it('have the days of grace of the programme, counted from when they are told, if they are over', () => {
    const late = { expired: 'grace', grace: 'P5D', maxAge: 'P90D' } as const;
    const scenario = new Scenario(programme({ wallets: wallets(['earn']), late })).at('2026-02-05');
    bought(bought(scenario, '2026-02-02'), '2026-01-01');
    expect(endOf(scenario, '2026-01-01.1')).toBe(on('2026-02-10'));
    expect(endOf(bought(scenario, '2026-01-04'), '2026-01-04.1')).toBe(on('2026-03-04'));
  });
});

describe('points that were all spent when something moved the ends, and are given back', () => {
  const spent = (left: number, ...activities: Activities): Scenario => {
    const scenario = sliding(...activities);
    scenario.adjust(10, 'A');
    scenario.pay('p', 10 - left);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'p' });
    return visited(scenario.at('2026-01-20'), '2026-01-20').at('2026-02-05');
  };

  it.each([0, 1])('end as if they had been there (%d were)', (left) => {
    const scenario = spent(left, 'visit');
    scenario.tell({ type: 'UndoRedemption', redemptionId: 'p' });
    expect([scenario.available(), scenario.at('2026-02-19').available()]).toEqual([10, 0]);
  });

  it('end as late as the last of several moved them', () => {
    const scenario = visited(spent(0, 'visit'), '2026-02-05').at('2026-02-20');
    scenario.tell({ type: 'UndoRedemption', redemptionId: 'p' });
    expect(scenario.last('ExpiryExtended').lots).toEqual([{ lotId: 'A', expiresAt: on('2026-03-07') }]);
    expect([scenario.available(), scenario.at('2026-03-07').available()]).toEqual([10, 0]);
  });

  it.each<[string, Activities, string]>([
    ['nothing moved theirs', ['earn'], '2026-02-05'],
    ['they would have been over all the same', ['visit'], '2026-02-19'],
  ])('are lost where %s', (_, activities, day) => {
    const scenario = visited(spent(0, ...activities).at(day), day);
    scenario.tell({ type: 'UndoRedemption', redemptionId: 'p' });
    expect(scenario.last('RedemptionUndone').lost).toEqual([{ lotId: 'A', points: 10, issuingStore: 'S1' }]);
  });
});

const hour = 3_600_000;

describe('sliding ends', () => {
  const told = fc.record({ visit: fc.boolean(), hour: fc.integer({ min: 0, max: 29 * 24 }) });
  const orders = fc
    .array(told, { minLength: 2, maxLength: 8 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));

  it.each<[Activities]>([[['earn']], [['visit']], [['earn', 'visit']]])(
    'are the same in any order of arrival: %j',
    (activities) =>
      fc.assert(
        fc.property(orders, ([all, shuffled]) => {
          const ends = (order: typeof all) => {
            const scenario = sliding(...activities).at('2026-01-30');
            for (const each of order) {
              const [id, occurredAt] = [String(all.indexOf(each)), on('2026-01-01') + each.hour * hour];
              if (each.visit) scenario.tell({ type: 'RecordVisit', visitId: id, kind: 'shop', occurredAt });
              else scenario.buy(id, 1_000, { occurredAt });
            }
            return Object.fromEntries(scenario.account.lots.map(({ lotId, expiresAt }) => [lotId, expiresAt]));
          };
          expect(ends(shuffled)).toEqual(ends(all));
        }),
        { numRuns: 60 },
      ),
  );

  it('are the same whether a ticket is told when it occurs or late, while points are there', () => {
    const ticket = fc.record({
      hour: fc.integer({ min: 0, max: 60 * 24 }),
      late: fc.integer({ min: 0, max: 10 * 24 }),
    });
    fc.assert(
      fc.property(fc.array(ticket, { minLength: 2, maxLength: 8 }), (tickets) => {
        const ends = (toldAt: (each: (typeof tickets)[number]) => number) => {
          const scenario = new Scenario(programme({ wallets: wallets(['earn'], 'P71D') }));
          for (const each of tickets.toSorted((a, b) => toldAt(a) - toldAt(b))) {
            scenario.now = on('2026-01-01') + toldAt(each) * hour;
            scenario.buy(String(tickets.indexOf(each)), 100, { occurredAt: on('2026-01-01') + each.hour * hour });
          }
          return Object.fromEntries(scenario.account.lots.map(({ lotId, expiresAt }) => [lotId, expiresAt]));
        };
        expect(ends((each) => each.hour + each.late)).toEqual(ends((each) => each.hour));
      }),
      { numRuns: 60 },
    );
  });
});
