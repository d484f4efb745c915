import { entry, steps } from '../../testing/tier-histories';

const quarter = { window: { kind: 'calendar', unit: 'quarter' } } as const;
const year = { window: { kind: 'calendar', unit: 'year' } } as const;
const rolling = { window: { kind: 'rolling', period: 'P12M' } } as const;
const until = '2030-01-01T00:00:00Z';

describe('a tier is reached', () => {
  it('the moment its minimum is, the ticket itself included', () =>
    expect(
      steps(quarter, [entry('2026-02-10', 99), entry('2026-02-11', 1)], { until: '2026-02-12T00:00:00Z' }),
    ).toEqual(['2026-02-11T12:00 bronze > silver until 2026-07-01']));

  it('past a tier between', () =>
    expect(steps(quarter, [entry('2026-02-10', 250)], { until: '2026-03-01T00:00:00Z' })).toEqual([
      '2026-02-10T12:00 bronze > gold until 2026-07-01',
    ]));

  it('with the next period, where the programme says so', () =>
    expect(
      steps({ ...quarter, upgrade: 'nextPeriod' }, [entry('2026-02-10', 150), entry('2026-03-10', 60)], {
        until: '2026-09-30T00:00:00Z',
      }),
    ).toEqual(['2026-04-01 bronze > gold until 2026-10-01']));

  it('for good in a lifetime window, with the entry itself', () => {
    const lifetime = { window: { kind: 'lifetime' } } as const;
    const spend = [entry('2020-02-10', 150), entry('2026-02-10', 60)];
    const expected = ['2020-02-10T12:00 bronze > silver', '2026-02-10T12:00 silver > gold'];
    expect(steps(lifetime, spend, { until })).toEqual(expected);
    expect(steps({ ...lifetime, upgrade: 'nextPeriod' }, spend, { until })).toEqual(expected);
  });

  it('by visits', () => {
    const levels = [
      { code: 'guest', min: 0 },
      { code: 'regular', min: 3 },
    ];
    const visits = ['2026-02-01', '2026-02-02', '2026-02-03'].map((date) => entry(date, 0));
    expect(steps({ ...quarter, metric: 'visits', levels }, visits, { until: '2026-03-01T00:00:00Z' })).toEqual([
      '2026-02-03T12:00 guest > regular until 2026-07-01',
    ]);
  });

  it('by points of a wallet', () =>
    expect(
      steps(
        { ...quarter, metric: 'points:points' },
        [
          entry('2026-02-01', 0, { points: { points: 90, miles: 500 } }),
          entry('2026-02-02', 0, { points: { points: 10 } }),
        ],
        { until: '2026-03-01T00:00:00Z' },
      ),
    ).toEqual(['2026-02-02T12:00 bronze > silver until 2026-07-01']));
});

describe('a tier is valid', () => {
  const spend = [entry('2026-02-10', 150)];
  it.each([
    ['endOfPeriod', quarter, '2026-04-01'],
    ['endOfNextPeriod', quarter, '2026-07-01'],
    ['endOfPeriod', year, '2027-01-01'],
    ['endOfNextPeriod', year, '2028-01-01'],
    ['endOfPeriod', { window: { kind: 'calendar', unit: 'halfYear' } }, '2026-07-01'],
    ['endOfNextPeriod', { window: { kind: 'calendar', unit: 'month' } }, '2026-04-01'],
  ] as const)('to the %s of %j', (validity, window, end) =>
    expect(steps({ ...window, validity }, spend, { until: '2026-02-11T00:00:00Z' })).toEqual([
      `2026-02-10T12:00 bronze > silver until ${end}`,
    ]),
  );

  it.each([
    ['endOfPeriod', '2027-02-10T12:00'],
    ['endOfNextPeriod', '2028-02-10T12:00'],
  ] as const)('to the %s of a rolling window, counted from reaching it', (validity, end) =>
    expect(steps({ ...rolling, validity }, spend, { until: '2026-02-11T00:00:00Z' })).toEqual([
      `2026-02-10T12:00 bronze > silver until ${end}`,
    ]),
  );

  it('for the membership year of the member', () =>
    expect(
      steps({ window: { kind: 'membershipYear' } }, spend, {
        joinedAt: Date.parse('2025-06-15T09:00:00+10:00'),
        until: '2026-02-11T00:00:00Z',
      }),
    ).toEqual(['2026-02-10T12:00 bronze > silver until 2027-06-15']));

  it('for ever, where it never falls', () => {
    expect(steps({ ...quarter, validity: 'forever' }, spend, { until })).toEqual(['2026-02-10T12:00 bronze > silver']);
    expect(steps({ ...quarter, downgrade: 'none' }, spend, { until })).toEqual(['2026-02-10T12:00 bronze > silver']);
  });
});

describe('at its end', () => {
  it('a tier is renewed by what the period came to', () =>
    expect(
      steps(quarter, [entry('2026-02-10', 100), entry('2026-05-10', 100)], { until: '2026-10-15T00:00:00Z' }),
    ).toEqual([
      '2026-02-10T12:00 bronze > silver until 2026-07-01',
      '2026-07-01 silver renewed until 2026-10-01',
      '2026-10-01 silver > bronze',
    ]));

  it('it falls to what the period qualifies for', () =>
    expect(
      steps(quarter, [entry('2026-02-10', 200), entry('2026-05-10', 120)], { until: '2026-07-15T00:00:00Z' }),
    ).toEqual(['2026-02-10T12:00 bronze > gold until 2026-07-01', '2026-07-01 gold > silver until 2026-10-01']));

  it('it falls tier by tier, where the programme says so', () =>
    expect(steps({ ...quarter, downgrade: 'oneDown' }, [entry('2026-02-10', 200)], { until })).toEqual([
      '2026-02-10T12:00 bronze > gold until 2026-07-01',
      '2026-07-01 gold > silver until 2026-10-01',
      '2026-10-01 silver > bronze',
    ]));

  it('one that holds only for its own period starts again', () =>
    expect(steps({ ...quarter, validity: 'endOfPeriod' }, [entry('2026-02-10', 200)], { until })).toEqual([
      '2026-02-10T12:00 bronze > gold until 2026-04-01',
      '2026-04-01 gold > bronze',
    ]));

  it('of a rolling window, what was spent since decides, and not the purchase that reached it', () => {
    const tiers = { ...rolling, validity: 'endOfPeriod' } as const;
    expect(steps(tiers, [entry('2026-02-10', 100)], { until })).toEqual([
      '2026-02-10T12:00 bronze > silver until 2027-02-10T12:00',
      '2027-02-10T12:00 silver > bronze',
    ]);
    const silver = {
      ...tiers,
      levels: [
        { code: 'bronze', min: 0 },
        { code: 'silver', min: 100 },
      ],
    };
    expect(
      steps(silver, [entry('2026-02-10', 100), entry('2026-08-01', 100)], { until: '2027-03-01T00:00:00Z' }),
    ).toEqual([
      '2026-02-10T12:00 bronze > silver until 2027-02-10T12:00',
      '2027-02-10T12:00 silver renewed until 2028-02-10T12:00',
    ]);
  });

  it('an entry at the very instant belongs to the new period', () =>
    expect(
      steps(quarter, [entry('2026-02-10', 200), entry('2026-07-01T00:00:00+10:00', 100)], {
        until: '2026-07-02T00:00:00Z',
      }),
    ).toEqual([
      '2026-02-10T12:00 bronze > gold until 2026-07-01',
      '2026-07-01 gold > bronze',
      '2026-07-01 bronze > silver until 2027-01-01',
    ]));
});

describe('with grace', () => {
  const graceful = { ...quarter, grace: 'P14D' } as const;
  it('a tier is kept a while after its end, then falls', () =>
    expect(steps(graceful, [entry('2026-02-10', 100)], { until })).toEqual([
      '2026-02-10T12:00 bronze > silver until 2026-07-01',
      '2026-07-15 silver > bronze',
    ]));

  it('is renewed by qualifying within it', () =>
    expect(
      steps(graceful, [entry('2026-02-10', 100), entry('2026-07-10', 100)], { until: '2026-08-01T00:00:00Z' }),
    ).toEqual([
      '2026-02-10T12:00 bronze > silver until 2026-07-01',
      '2026-07-10T12:00 silver renewed until 2027-01-01',
    ]));

  it('it falls to the better of what the old and the new period qualify for', () =>
    expect(
      steps(graceful, [entry('2026-02-10', 200), entry('2026-05-10', 100), entry('2026-07-10', 50)], {
        until: '2026-07-20T00:00:00Z',
      }),
    ).toEqual(['2026-02-10T12:00 bronze > gold until 2026-07-01', '2026-07-15 gold > silver until 2026-10-01']));
});
