import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { weighAccount } from './account-weight';
import type { AccountEvent } from './domain/account.events';
import { evolve } from './domain/account.evolve';
import type { Account, Ticket } from './domain/account.state';
import { emptyAccount } from './domain/empty-account';
import { live, steps } from './domain/testing/random-account';
import { line, programme, rule, Scenario } from './domain/testing/scenario';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const fold = (events: readonly AccountEvent[]): Account => events.reduce(evolve, emptyAccount('M1'));

/** As many of these accounts as make the noise of the process small, read as from the log; what each takes. */
const measuredOnce = (texts: readonly string[], count: number): number => {
  const accounts: Account[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let made = 0; made < count; made += 1)
    accounts.push(fold(texts.map((text) => JSON.parse(text) as AccountEvent)));
  collect();
  return (process.memoryUsage().heapUsed - before) / accounts.length;
};

/** The middle of several: now and then something else of the process becomes garbage, or is compiled, meanwhile. */
const measured = (events: readonly AccountEvent[], count: number): number => {
  const texts = events.map((event) => JSON.stringify(event));
  const found = Array.from({ length: 5 }, () => measuredOnce(texts, count)).sort((a, b) => a - b);
  return found[2] ?? 0;
};

const lines = (count: number, text: (lineNo: number) => string): Ticket['lines'] =>
  Array.from({ length: count }, (_, index) =>
    line(index + 1, 250 + index, { sku: text(index), category: text(index + 1), labels: ['sale'] }),
  );

const bought = (tickets: readonly Ticket['lines'][], rules = programme()): Scenario => {
  const scenario = new Scenario(rules, { store: { storeId: randomUUID(), timeZone: 'Australia/Melbourne' } });
  for (const ticket of tickets) scenario.buy(randomUUID(), ticket, { cashierId: randomUUID() });
  return scenario;
};

const usual = (): Scenario => bought([3, 2, 5, 1].map((count) => lines(count, (index) => `sku-${index}`)));

const largeFirst = (text: (lineNo: number) => string): Scenario =>
  bought([...Array.from({ length: 40 }, () => lines(500, text)), lines(1, text)]);

const givenBack = (): Scenario => {
  const scenario = bought([lines(400, (index) => `goods ${index}`)]);
  scenario.giveBack('back', scenario.account.sales[0]?.purchaseId ?? '', 100_000);
  scenario.buy(
    'ancient',
    lines(400, (index) => `old goods ${index}`),
    { occurredAt: Date.UTC(2025, 1, 1) },
  );
  return scenario;
};

it.each<[string, () => Scenario, number]>([
  ['a few usual tickets', usual, 2_000],
  ['large tickets and a small one after them', () => largeFirst((index) => `article ${index}`), 4],
  ['large tickets in Chinese', () => largeFirst((index) => `${index}会员商品`.repeat(8)), 4],
  [
    'two rules',
    () => bought([lines(500, String)], programme({ earningRules: [rule(), rule({ id: 'more', phase: 'bonus' })] })),
    100,
  ],
  ['a return and a ticket under review', givenBack, 100],
])('an account with %s weighs what it takes', (_, scenarioOf, count) => {
  const { events, account } = scenarioOf();
  const share = weighAccount(account) / measured(events, count);
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(2);
});

it('weighs the same however it came about, looking only at what is new', () =>
  fc.assert(
    fc.property(steps, (life) => {
      let state = emptyAccount('M1');
      let bytes = weighAccount(state);
      for (const event of live(life).events) {
        const next = evolve(state, event);
        bytes = weighAccount(next, { state, bytes });
        state = next;
      }
      expect(bytes).toBe(weighAccount(state));
      expect(bytes).toBe(weighAccount(JSON.parse(JSON.stringify(state)) as Account));
    }),
    { numRuns: 100 },
  ));
