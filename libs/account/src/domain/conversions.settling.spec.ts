import fc from 'fast-check';
import { rulebooksOf } from '#libs/programme/src/contract';
import { automatic, balances, type Conversion, hundred, swap, under, type Wallet } from './testing/exchange';
import { on, Scenario } from './testing/scenario';

/** The same account, looked at on each of these days or only on the last of them, ends with the same balances. */
const sameHoweverOftenSettled = (begin: () => Scenario, days: readonly string[], expected: readonly number[]): void => {
  for (const looks of [days, days.slice(-1)]) {
    const scenario = begin();
    for (const day of looks) scenario.at(day).tell({ type: 'SettleAccount' });
    expect(balances(scenario)).toEqual(expected);
  }
};

describe('a conversion that happens by itself comes to the same whenever somebody looks', () => {
  const waiting = { pending: { mode: 'after', period: 'P7D' }, expiry: { mode: 'after', period: 'P3D' } } as const;
  const versions = (first: Conversion[], second: Conversion[], points: Partial<Wallet>): Scenario => {
    const document = (conversions: Conversion[]) => under(conversions, points).rulebooks.all[0]?.document;
    const [one, two] = [document(first), document(second)];
    if (one === undefined || two === undefined) throw new Error('no document');
    return new Scenario(
      rulebooksOf([
        { version: 1, effectiveFrom: null, document: one },
        { version: 2, effectiveFrom: on('2026-01-06'), document: two },
      ]),
    );
  };
  const ten = automatic(swap('ten', ['points', 10], ['dollars', 1]));
  const twenty = automatic(swap('twenty', ['points', 20], ['dollars', 1]));

  it('by the version in force when the points became active', () =>
    sameHoweverOftenSettled(
      () => {
        const scenario = versions([ten], [twenty], { pending: { mode: 'after', period: 'P4D' } });
        scenario.buy('T', 2_000);
        return scenario;
      },
      ['2026-01-05', '2026-01-09'],
      [0, 2, 0],
    ));

  it('not before its version was in force, when the points had ended', () =>
    sameHoweverOftenSettled(
      () => {
        const scenario = versions([], [ten], { expiry: { mode: 'after', period: 'P3D' } });
        scenario.buy('T', 2_000);
        return scenario;
      },
      ['2026-01-05', '2026-01-07'],
      [0, 0, 0],
    ));

  it('as soon as its version is in force, of points that are there', () =>
    sameHoweverOftenSettled(
      () => {
        const scenario = versions([], [ten], {});
        scenario.buy('T', 2_500);
        return scenario;
      },
      ['2026-01-05', '2026-01-06', '2026-01-07'],
      [5, 2, 0],
    ));

  it('the earliest first, whichever stands first in the document', () =>
    sameHoweverOftenSettled(
      () => {
        const small = automatic(swap('small', ['points', 10], ['miles', 1]));
        const scenario = under([automatic(hundred), small], waiting);
        scenario.buy('A', 5_000);
        scenario.at('2026-01-06').buy('B', 10_000);
        return scenario;
      },
      ['2026-01-09', '2026-01-14'],
      [0, 500, 5],
    ));

  it('for the store that issued the points, not the one where somebody looked', () => {
    const issued = (looksAt: string | undefined) => {
      const scenario = under([ten], { pending: { mode: 'after', period: 'P2D' } });
      scenario.buy('T', 1_000);
      scenario.at('2026-01-04');
      const here = looksAt === undefined ? {} : { store: { storeId: looksAt, timeZone: 'UTC' } };
      const looking = new Scenario(scenario.rulebooks, here).at('2026-01-04');
      looking.account = scenario.account;
      looking.tell({ type: 'SettleAccount' });
      return looking.last('PointsEarned').issuingStore;
    };
    expect(['S1', 'S9', undefined].map(issued)).toEqual(['S1', 'S1', 'S1']);
  });
});

describe('tickets told late, whose points convert by themselves', () => {
  const tickets = fc.array(
    fc.record({ minor: fc.integer({ min: 0, max: 15_000 }), day: fc.integer({ min: 1, max: 15 }) }),
    {
      minLength: 2,
      maxLength: 6,
    },
  );
  const told = (order: readonly { readonly minor: number; readonly day: number; readonly id: number }[]): Scenario => {
    const scenario = under([automatic(hundred)], {}, { expiry: { mode: 'after', period: 'P30D' } }).at('2026-01-20');
    for (const { minor, day, id } of order)
      scenario.buy(`T${id}`, minor, { occurredAt: on(`2026-01-${String(day).padStart(2, '0')}`) });
    return scenario;
  };
  it('convert as much in any order, into what ends no earlier than told in time', () => {
    fc.assert(
      fc.property(
        tickets
          .map((drawn) => drawn.map((ticket, id) => ({ ...ticket, id })))
          .chain((drawn) => fc.shuffledSubarray(drawn, { minLength: drawn.length })),
        (shuffled) => {
          const [inTime, late] = [told(shuffled.toSorted((a, b) => a.day - b.day || a.id - b.id)), told(shuffled)];
          expect(balances(late)).toEqual(balances(inTime));
          for (const day of ['2026-02-03', '2026-02-08', '2026-02-13'])
            expect(late.at(day).available('dollars')).toBeGreaterThanOrEqual(inTime.at(day).available('dollars'));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('date the conversion no earlier than what was told before', () => {
    const [five, fifteen] = [
      { minor: 10_000, day: 5, id: 1 },
      { minor: 5_000, day: 15, id: 2 },
    ] as const;
    const dated = (scenario: Scenario) => scenario.events.filter(({ type }) => type === 'PointsConverted')[0]?.at;
    expect(dated(told([five, fifteen]))).toBe(on('2026-01-05'));
    expect(dated(told([fifteen, five]))).toBe(on('2026-01-15'));
  });
});
