import fc from 'fast-check';
import { accountEvents } from './account.events';
import { evolve } from './account.evolve';
import type { Account } from './account.state';
import { emptyAccount } from './empty-account';
import { flowsAfter, imbalances, lotsOutOfBounds } from './conservation';
import { line, programme, rule, Scenario, wallet } from './testing/scenario';
import { live, steps } from './testing/random-account';

const wallets = ['points', 'stamps', 'dollars'] as const;

const replayed = (scenario: Scenario): Account =>
  scenario.events.reduce((account, event) => evolve(account, event), emptyAccount('M1'));

describe('whatever happens to an account', () => {
  it('no point appears or disappears, and none is owed that was not incurred', () => {
    fc.assert(
      fc.property(steps, (life) => {
        const scenario = live(life);
        expect(imbalances(scenario.account, scenario.events.reduce(flowsAfter, {}))).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('no lot goes below nothing, below its holds, or above what it was granted', () => {
    fc.assert(
      fc.property(steps, (life) => {
        const { account, now } = live(life);
        expect(lotsOutOfBounds(account, now)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('replaying the facts gives the same account, also after a trip through JSON', () => {
    fc.assert(
      fc.property(steps, (life) => {
        const scenario = live(life);
        expect(replayed(scenario)).toEqual(scenario.account);
        expect(JSON.parse(JSON.stringify(scenario.account))).toEqual(scenario.account);
      }),
      { numRuns: 50 },
    );
  });

  it('every fact fits its schema, and is the same after a trip through JSON', () => {
    const schemas = new Map(accountEvents.all().map((each) => [each.type, each.schema]));
    fc.assert(
      fc.property(steps, (life) => {
        for (const event of live(life).events)
          expect(schemas.get(event.type)?.parse(JSON.parse(JSON.stringify(event.data)))).toEqual(event.data);
      }),
      { numRuns: 50 },
    );
  });

  it('a sweeper that runs at any time changes no balance and no tier', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }), (life, sweeps) => {
        const without = live(life);
        let turn = 0;
        const swept = live(life, (scenario) => {
          if (sweeps[turn++ % sweeps.length] === true) scenario.tell({ type: 'SettleAccount' });
        });
        for (const code of wallets) expect(swept.balance(code)).toEqual(without.balance(code));
        expect(swept.settled().tierPath).toEqual(without.settled().tierPath);
      }),
      { numRuns: 120 },
    );
  });
});

const amounts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 4 });

describe('returns', () => {
  it.each(['proportional', 'line', 'reevaluate'] as const)('take the same in any steps (%s)', (points) => {
    const rulebooks = () =>
      programme({
        wallets: [wallet({ returns: { points, reach: 'unlimited' } })],
        earningRules: [
          rule({ award: { kind: 'perAmount', points: 3, perMinor: 70 } }),
          rule({ id: 'big', phase: 'bonus', when: { minTicketMinor: 4_000 }, award: { kind: 'fixed', points: 33 } }),
        ],
      });
    fc.assert(
      fc.property(
        amounts,
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
        (minors, cuts) => {
          const worth = minors.reduce((sum, minor) => sum + minor, 0);
          const parts = cuts.filter((_, index) => cuts.slice(0, index + 1).reduce((sum, cut) => sum + cut, 0) <= worth);
          const total = parts.reduce((sum, part) => sum + part, 0);
          if (total === 0) return;
          const bought = (): Scenario => {
            const scenario = new Scenario(rulebooks());
            scenario.buy(
              'T',
              minors.map((minor, index) => line(index + 1, minor)),
            );
            return scenario;
          };
          const stepwise = bought();
          parts.forEach((part, index) => stepwise.giveBack(`R${index}`, 'T', part));
          const atOnce = bought();
          atOnce.giveBack('R', 'T', total);
          const kept = (scenario: Scenario) =>
            scenario.account.lots.reduce((sum, lot) => sum + lot.points - lot.reversed, 0);
          expect(kept(stepwise)).toBe(kept(atOnce));
          stepwise.giveBack('rest', 'T', Math.max(1, worth - total));
          if (total < worth) expect(kept(stepwise)).toBe(0);
          expect(kept(atOnce)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('earning tickets', () => {
  it('end in the same balance in any order of arrival', () => {
    const ticket = fc.record({ minor: fc.integer({ min: 0, max: 20_000 }), hour: fc.integer({ min: 0, max: 200 }) });
    fc.assert(
      fc.property(
        fc
          .array(ticket, { minLength: 2, maxLength: 8 })
          .chain((tickets) =>
            fc.tuple(fc.constant(tickets), fc.shuffledSubarray(tickets, { minLength: tickets.length })),
          ),
        ([tickets, shuffled]) => {
          const told = (order: typeof tickets): Scenario => {
            const wallets = [wallet({ expiry: { mode: 'after', period: 'P2M' } })];
            const scenario = new Scenario(programme({ wallets })).at('2026-01-20');
            for (const each of order)
              scenario.buy(`T${tickets.indexOf(each)}`, each.minor, {
                occurredAt: Date.parse('2026-01-05T00:00Z') + each.hour * 3_600_000,
              });
            return scenario;
          };
          for (const day of ['2026-01-21', '2026-03-10', '2026-04-01'])
            expect(told(shuffled).at(day).balance()).toEqual(told(tickets).at(day).balance());
        },
      ),
      { numRuns: 50 },
    );
  });
});
