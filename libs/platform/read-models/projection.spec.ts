import { factsOf } from '#libs/platform/runtime/testing/facts';
import type { TabEvent } from '#libs/platform/runtime/testing/tab';
import { arrayLiteral } from './array-literal';
import { keyText, keysOf } from './projection';
import { rowsAfter } from './testing/rows-after';
import { tabBalance, tabDays } from './testing/tab-rows';

const put = (amount: number, at = 0): TabEvent => ({ type: 'TabPut', at, data: { amount } });
const paid = (amount: number, at = 0): TabEvent => ({ type: 'TabPaid', at, data: { amount } });

it('a history adds up to rows', () => {
  const rows = rowsAfter(tabBalance, factsOf('tab-a', put(5, 1), put(2, 2), paid(3, 3)));
  expect([...rows]).toEqual([['a', { id: 'a', balance: 4, lastAt: 3, note: null, amounts: [5, 2] }]]);
});

it('null takes the row away, and later facts begin anew', () => {
  expect(rowsAfter(tabBalance, factsOf('tab-a', put(5), paid(5))).size).toBe(0);
  expect(rowsAfter(tabBalance, factsOf('tab-a', put(5), paid(5), put(2))).get('a')?.balance).toBe(2);
});

it('one fact touches as many rows as it has keys', () => {
  const day = Date.UTC(2026, 2, 1);
  const rows = rowsAfter(tabDays, factsOf('tab-a', put(5, day), paid(1, day + 86_400_000)));
  expect([...rows.values()]).toEqual([
    { scope: 'all', day: '2026-03-01', facts: 1 },
    { scope: 'a', day: '2026-03-01', facts: 1 },
    { scope: 'all', day: '2026-03-02', facts: 1 },
    { scope: 'a', day: '2026-03-02', facts: 1 },
  ]);
});

it('facts of other types touch nothing', () => {
  const [fact] = factsOf('other-a', { type: 'Unheard', at: 0, data: {} });
  expect(fact && keysOf(tabBalance, fact)).toEqual([]);
});

it('keys of several columns are told apart', () => {
  expect(keyText('a')).toBe('a');
  expect(keyText(['a', 12])).not.toBe(keyText(['a1', 2]));
});

it.each([
  [[], '{}'],
  [[1, -2.5, null, undefined, true], '{1,-2.5,NULL,NULL,true}'],
  [['a', '', 'NULL', 'x,y', '{}'], '{"a","","NULL","x,y","{}"}'],
  [['say "no"', 'back\\slash', '会员\n'], '{"say \\"no\\"","back\\\\slash","会员\n"}'],
])('%j as an array of PostgreSQL is %s', (values, text) => expect(arrayLiteral(values)).toBe(text));
