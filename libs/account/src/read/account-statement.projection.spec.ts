import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { on, programme, Scenario, wallet } from '../domain/testing/scenario';
import { factsOf } from '../testing/account.facts';
import { accountStatement } from './account-statement.projection';

describe('the statement lines', () => {
  it('are one for each movement, by member and place', () => {
    const scenario = new Scenario(programme({ wallets: [wallet()] }));
    scenario.buy('P1', 1_000);
    scenario.adjust(-4);
    scenario.giveBack('R1', 'P1', 1_000);
    const lines = [...rowsAfter(accountStatement, factsOf(scenario)).values()];
    expect(lines.map(({ kind, points, debt, reference }) => [kind, points, debt, reference])).toEqual([
      ['earned', 10, 0, 'P1'],
      ['adjusted', -4, 0, 'test'],
      ['returned', -6, 0, 'R1'],
      ['debt-incurred', 0, 4, 'R1'],
    ]);
    expect(lines[0]).toMatchObject({ memberId: 'M1', revision: 1, at: on('2026-01-01'), wallet: 'points' });
  });

  it('are never touched again, so nothing is read back', () => expect(accountStatement.appendOnly).toBe(true));
});
