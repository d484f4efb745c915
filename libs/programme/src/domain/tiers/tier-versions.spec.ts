import { historyWith } from '../../testing/programmes';
import { entry, metals, steps } from '../../testing/tier-histories';

const quarter = { window: { kind: 'calendar', unit: 'quarter' } } as const;
const until = '2030-01-01T00:00:00Z';

describe('the version in force at each instant decides', () => {
  it('lower minimums lift members when they take effect', () => {
    const easier = metals({
      ...quarter,
      levels: [
        { code: 'bronze', min: 0 },
        { code: 'silver', min: 50 },
      ],
    });
    const rulebooks = historyWith(metals(quarter), ['2026-03-01T00:00:00+10:00', easier]);
    expect(steps({}, [entry('2026-02-10', 60)], { rulebooks, until: '2026-04-01T00:00:00Z' })).toEqual([
      '2026-03-01 bronze > silver until 2026-07-01',
    ]);
  });

  it('a tier that is no longer known becomes the one qualified for', () => {
    const renamed = metals({
      ...quarter,
      levels: [
        { code: 'member', min: 0 },
        { code: 'vip', min: 50 },
      ],
    });
    const rulebooks = historyWith(metals(quarter), ['2026-03-01T00:00:00+10:00', renamed]);
    expect(steps({}, [entry('2026-02-10', 60)], { rulebooks, until: '2026-04-01T00:00:00Z' })).toEqual([
      '2026-03-01 bronze > vip until 2026-07-01',
    ]);
    expect(steps({}, [entry('2026-02-10', 40)], { rulebooks, until: '2026-04-01T00:00:00Z' })).toEqual([
      '2026-03-01 bronze > member',
    ]);
  });

  it('a tier that did not end gets an end, and one that did may lose it', () => {
    const forever = metals({ ...quarter, validity: 'forever' });
    const ending = historyWith(forever, ['2026-03-01T00:00:00+10:00', metals(quarter)]);
    expect(steps({}, [entry('2026-02-10', 100)], { rulebooks: ending, until: '2026-04-01T00:00:00Z' })).toEqual([
      '2026-02-10T12:00 bronze > silver',
      '2026-03-01 silver renewed until 2026-07-01',
    ]);
    const endless = historyWith(metals(quarter), ['2026-03-01T00:00:00+10:00', forever]);
    expect(steps({}, [entry('2026-02-10', 100)], { rulebooks: endless, until })).toEqual([
      '2026-02-10T12:00 bronze > silver until 2026-07-01',
      '2026-07-01 silver renewed',
    ]);
  });

  it('before the first version there are no tiers', () => {
    const rulebooks = historyWith({ tiers: {} }, ['2026-03-01T00:00:00+10:00', metals(quarter)]);
    expect(
      steps({}, [entry('2026-02-10', 100), entry('2026-03-10', 1)], { rulebooks, until: '2026-04-01T00:00:00Z' }),
    ).toEqual(['2026-03-01 bronze > silver until 2026-07-01']);
  });

  it('a version without tiers leaves the member alone', () => {
    const rulebooks = historyWith(metals(quarter), ['2026-03-01T00:00:00+10:00', { tiers: {} }]);
    expect(steps({}, [entry('2026-02-10', 100)], { rulebooks, until })).toEqual([
      '2026-02-10T12:00 bronze > silver until 2026-07-01',
    ]);
  });
});
