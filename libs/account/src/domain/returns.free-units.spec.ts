import { type Mode, modes, under, units } from './testing/giving-back';
import { line, rule, type Scenario } from './testing/scenario';

describe('units that cost nothing', () => {
  const gift = rule({
    id: 'gift',
    phase: 'bonus',
    when: { lines: { skus: ['SKU2'] } },
    award: { kind: 'perUnit', points: 50 },
  });
  const sold = (mode: Mode): Scenario => {
    const scenario = under(mode, { earningRules: [rule(), gift] });
    scenario.buy('T', [line(1, 1_000), line(2, 0)]);
    return scenario;
  };

  it.each(['line', 'reevaluate'] as const)('keep their points while they are kept (%s)', (mode) => {
    const scenario = sold(mode);
    scenario.giveBack('R1', 'T', units([1, 1]));
    expect(scenario.available()).toBe(50);
    scenario.giveBack('R2', 'T', units([2, 1]));
    expect(scenario.available()).toBe(0);
  });

  it.each(modes)('are back when an amount has taken all the money (%s)', (mode) => {
    const scenario = sold(mode);
    scenario.giveBack('R1', 'T', { kind: 'amount', amountMinor: 1_000 });
    expect(scenario.available()).toBe(0);
  });
});

it('lines that the till sent out of order share the discount by their numbers', () => {
  const dollarForTwo = rule({ when: { lines: { skus: ['SKU2'] } } });
  for (const lines of [
    [line(1, 100), line(2, 100)],
    [line(2, 100), line(1, 100)],
  ]) {
    const scenario = under('reevaluate', { earningRules: [dollarForTwo] });
    scenario.buy('T', lines, { ticketDiscountMinor: 1 });
    expect(scenario.available()).toBe(1);
    scenario.giveBack('R1', 'T', units([1, 1]));
    expect(scenario.available()).toBe(1);
  }
});
