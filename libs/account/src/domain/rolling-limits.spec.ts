import fc from 'fast-check';
import { on, programme, rule, Scenario } from './testing/scenario';

const hour = 3_600_000;
const week = 7 * 24 * hour;
const most = 25;

const limited = (): Scenario =>
  new Scenario(
    programme({ earningRules: [rule({ limits: [{ id: 'weekly', per: 'rolling', period: 'P7D', points: most }] })] }),
  ).at('2026-01-20');

/** What a ticket of so many dollars gives, told now, of a day. */
const given = (scenario: Scenario, day: string, dollars: number): number => {
  const before = scenario.available();
  scenario.buy(day, dollars * 100, { occurredAt: on(day) });
  return scenario.available() - before;
};

describe('a limit of any seven days', () => {
  it('leaves a late ticket what the fullest week around it has left', () => {
    const scenario = limited();
    expect(['2026-01-08', '2026-01-10'].map((day) => given(scenario, day, 10))).toEqual([10, 10]);
    expect(given(scenario, '2026-01-05', 20)).toBe(5);
    expect(scenario.last('PointsEarned').clips).toMatchObject([{ limitId: 'weekly', wouldBe: 20, given: 5 }]);
    expect(given(scenario, '2026-01-03', 20)).toBe(10);
  });

  it('does not count what lies further ahead than a week', () => {
    const scenario = limited();
    given(scenario, '2026-01-12', 25);
    expect(given(scenario, '2026-01-05T00:00:00.001Z', 20)).toBe(0);
    expect(given(scenario, '2026-01-05', 20)).toBe(20);
  });

  it('has room again in the windows of a sale that came back', () => {
    const scenario = limited();
    given(scenario, '2026-01-08', 25);
    scenario.giveBack('R', '2026-01-08', 1_500);
    expect(given(scenario, '2026-01-05', 20)).toBe(15);
  });

  it('is never overrun, whatever the order in which tickets are told', () => {
    const ticket = fc.record({ dollars: fc.integer({ min: 1, max: 30 }), hour: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(fc.array(ticket, { minLength: 2, maxLength: 10 }), (tickets) => {
        const scenario = limited();
        tickets.forEach(({ dollars, hour: after }, index) =>
          scenario.buy(`T${index}`, dollars * 100, { occurredAt: on('2026-01-01') + after * hour }),
        );
        const { lots } = scenario.account;
        for (const { occurredAt: last } of lots) {
          const inWindow = lots.filter(({ occurredAt }) => occurredAt > last - week && occurredAt <= last);
          expect(inWindow.reduce((sum, { points }) => sum + points, 0)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 80 },
    );
  });
});
