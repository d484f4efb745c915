import { entry, steps } from '../../testing/tier-histories';

const quarter = { window: { kind: 'calendar', unit: 'quarter' } } as const;
const until = '2030-01-01T00:00:00Z';

describe('a tier given by hand', () => {
  const manual = (code: string, from: string, to: string) => ({
    code,
    from: Date.parse(`${from}T00:00:00+10:00`),
    until: Date.parse(`${to}T00:00:00+10:00`),
  });

  it('is a floor until its date', () =>
    expect(
      steps(quarter, [entry('2026-02-10', 100)], { manual: [manual('gold', '2026-05-01', '2026-08-01')], until }),
    ).toEqual([
      '2026-02-10T12:00 bronze > silver until 2026-07-01',
      '2026-05-01 silver > gold until 2026-08-01',
      '2026-08-01 gold > bronze',
    ]));

  it('leaves the member with what was earned meanwhile', () =>
    expect(
      steps(quarter, [entry('2026-07-10', 100)], {
        manual: [manual('gold', '2026-05-01', '2026-08-01')],
        until: '2026-09-01T00:00:00Z',
      }),
    ).toEqual(['2026-05-01 bronze > gold until 2026-08-01', '2026-08-01 gold > silver until 2027-01-01']));

  it('an earned higher tier wins, and falls back on it', () =>
    expect(
      steps(quarter, [entry('2026-05-10', 200)], {
        manual: [manual('silver', '2026-05-01', '2027-03-01')],
        until,
      }),
    ).toEqual([
      '2026-05-01 bronze > silver until 2027-03-01',
      '2026-05-10T12:00 silver > gold until 2026-10-01',
      '2026-10-01 gold > silver until 2027-03-01',
      '2027-03-01 silver > bronze',
    ]));

  it('keeps the member where the earned tier of the same name ends', () =>
    expect(
      steps(quarter, [entry('2026-05-10', 100)], { manual: [manual('silver', '2026-06-01', '2027-03-01')], until }),
    ).toEqual([
      '2026-05-10T12:00 bronze > silver until 2026-10-01',
      '2026-10-01 silver renewed until 2027-03-01',
      '2027-03-01 silver > bronze',
    ]));

  it('of two the higher holds', () =>
    expect(
      steps(quarter, [], {
        manual: [
          manual('silver', '2026-05-01', '2026-09-01'),
          manual('gold', '2026-06-01', '2026-07-01'),
          manual('platinum', '2026-06-01', '2026-07-01'),
        ],
        until,
      }),
    ).toEqual([
      '2026-05-01 bronze > silver until 2026-09-01',
      '2026-06-01 silver > gold until 2026-07-01',
      '2026-07-01 gold > silver until 2026-09-01',
      '2026-09-01 silver > bronze',
    ]));
});
