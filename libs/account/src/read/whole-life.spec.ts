import type { Projection } from '#libs/platform/read-models/projection';
import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { type AccountEvent, accountEvents } from '../domain/account.events';
import { isExpired } from '../domain/lots';
import { wholeLife } from '../domain/testing/whole-life';
import { factsOf } from '../testing/account.facts';
import { accountOverview } from './account-overview.projection';
import { accountStatement } from './account-statement.projection';
import { lotsExpiring } from './lots-expiring.projection';
import { storeDayPoints } from './store-day-points.projection';
import { storeDaySales } from './store-day-sales.projection';
import { ticketReviews } from './ticket-reviews.projection';

const scenario = wholeLife();
const facts = factsOf(scenario);
const { account } = scenario;

const projections = [
  accountOverview,
  accountStatement,
  lotsExpiring,
  storeDayPoints,
  storeDaySales,
  ticketReviews,
] as unknown as readonly Projection<object, AccountEvent>[];

const known = new Set(accountEvents.all().map(({ type }) => type));

describe.each(projections.map((each) => [each.name, each] as const))('%s', (_, projection) => {
  it('listens to facts that there are', () =>
    expect(Object.keys(projection.on).filter((type) => !known.has(type))).toEqual([]));

  it('is not moved by the facts it does not listen to', () => {
    const heard = facts.filter(({ type }) => type in projection.on);
    expect([...rowsAfter(projection, heard)]).toEqual([...rowsAfter(projection, facts)]);
  });
});

describe.each([accountOverview, accountStatement, lotsExpiring].map((each) => [each.name, each] as const))(
  'the rows of two members in %s',
  (_, projection) => {
    it('stand beside each other, each as if the other were not there', () => {
      const told = projection as unknown as Projection<{ readonly memberId: string }, AccountEvent>;
      const alternating = factsOf(scenario, 'M2').flatMap((fact, place) => [fact, facts[place] ?? fact]);
      const rows = [...rowsAfter(told, alternating).values()];
      const [mine, theirs] = ['M1', 'M2'].map((id) => rows.filter(({ memberId }) => memberId === id));
      expect(mine).toEqual([...rowsAfter(told, facts).values()]);
      expect(theirs).toEqual(mine?.map((row) => ({ ...row, memberId: 'M2' })));
    });
  },
);

describe('a whole life in the read models', () => {
  const rows = <Row extends object>(projection: Projection<Row, AccountEvent>): readonly Row[] => [
    ...rowsAfter(projection, facts).values(),
  ];

  it('in one line: what was bought, kept and owed', () => {
    const points = (code: string): number =>
      account.lots.filter((lot) => lot.wallet === code).reduce((sum, lot) => sum + lot.remaining, 0);
    expect(rows(accountOverview)).toMatchObject([
      {
        memberId: 'M1',
        purchases: 6,
        visits: 1,
        netMinor: 10_000 + 30_000 + 1_000 - 500,
        tier: account.tierPath.at(-1)?.to ?? null,
        wallets: {
          points: { points: points('points'), debt: account.debts['points'] ?? 0 },
          stamps: { points: points('stamps') },
          dollars: { points: points('dollars'), debt: 0 },
        },
      },
    ]);
  });

  it('line by line: adding up to the lots and to what is owed', () => {
    const lines = rows(accountStatement).filter(({ wallet }) => wallet === 'points');
    const total = (column: 'points' | 'debt'): number => lines.reduce((sum, line) => sum + line[column], 0);
    const held = account.lots.filter(({ wallet }) => wallet === 'points').reduce((sum, lot) => sum + lot.remaining, 0);
    expect([total('points'), total('debt')]).toEqual([held, account.debts['points'] ?? 0]);
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(
      new Set([
        ...['earned', 'adjusted', 'converted', 'expired', 'spent'],
        ...['given-back', 'returned', 'debt-incurred', 'debt-repaid'],
      ]),
    );
  });

  it('lot by lot: those that are not over, with what they hold and when they end', () => {
    const living = account.lots
      .filter((lot) => !isExpired(lot, scenario.now))
      .map(({ lotId, remaining, expiresAt }) => [lotId, remaining, expiresAt]);
    const shown = rows(lotsExpiring).map(({ lotId, points, expiresAt }) => [lotId, points, expiresAt]);
    expect(shown.filter(([lotId]) => living.some(([other]) => other === lotId)).sort()).toEqual(living.sort());
  });

  it('day by day: every ticket and every return of the store', () => {
    const days = rows(storeDaySales);
    const sum = (pick: (day: (typeof days)[number]) => number): number => days.reduce((all, day) => all + pick(day), 0);
    expect([sum((day) => day.sales), sum((day) => day.returns), sum((day) => day.visits)]).toEqual([6, 4, 1]);
    expect(sum((day) => day.netMinor - day.returnedMinor)).toBe(40_500);
  });

  it('the one ticket that was too old, turned away', () =>
    expect(rows(ticketReviews)).toMatchObject([{ reviewId: 'ancient', netMinor: 900, status: 'rejected' }]));
});
