import { draft, fixed, rule } from '../../testing/programmes';
import { programmeDocument } from './checked-document';
import type { ProgrammeDraft } from './document';

type When = NonNullable<ProgrammeDraft['earningRules'][number]['when']>;

const pathsOf = (when: When): readonly string[] => {
  const { error } = programmeDocument.safeParse(draft({ earningRules: [rule('r', fixed(1), { when })] }));
  return (error?.issues ?? []).map(({ path }) => path.slice(3).join('.'));
};

describe('a rule that could never give anything is refused:', () => {
  it.each<[keyof When, When]>([
    ['firstPurchase', { firstPurchase: true }],
    ['minTicketMinor', { minTicketMinor: 100 }],
    ['tenders', { tenders: ['card'] }],
    ['lines', { lines: { categories: ['oil'] } }],
  ])('%s of something else than a purchase', (key, when) => {
    for (const on of ['visit', 'enrolment', 'birthday', 'activity:review'] as const)
      expect(pathsOf({ on: [on], ...when })).toEqual([key]);
    expect(pathsOf(when)).toEqual([]);
    expect(pathsOf({ on: ['visit', 'purchase'], ...when })).toEqual([]);
  });

  it.each(['activity:a b', 'activity:1st', `activity:${'a'.repeat(41)}`, 'activity:a\u00e9'] as const)(
    'an activity that nobody can tell of, such as %s',
    (on) => expect(pathsOf({ on: ['visit', on] })).toEqual(['on.1']),
  );

  it.each(['activity:review', 'activity:a', `activity:${'a'.repeat(40)}`, 'activity:B2.x_y-z'] as const)(
    'but not %s',
    (on) => expect(pathsOf({ on: [on] })).toEqual([]),
  );

  it('a label without its value', () => {
    expect(pathsOf({ lines: { labels: ['colour=red', 'red'], excludeLabels: ['=red'] } })).toEqual([
      'lines.labels.1',
      'lines.excludeLabels.0',
    ]);
    expect(pathsOf({ lines: { labels: ['colour=', 'a=b=c'] } })).toEqual([]);
  });
});
