import fc from 'fast-check';
import * as contract from './contract';
import { allDesks, servedAt, type Desk } from './contract';
import { roles, staffRoles } from './domain/roles';

const served = { till: ['sessions', 'look-up'], office: ['sessions', 'reports'] } as const;

describe('what is served', () => {
  it.each<[readonly Desk[], readonly string[]]>([
    [[], []],
    [['till'], ['sessions', 'look-up']],
    [['office'], ['sessions', 'reports']],
    [allDesks, ['sessions', 'look-up', 'reports']],
    [
      ['office', 'till', 'office'],
      ['sessions', 'reports', 'look-up'],
    ],
  ])('at %j', (desks, expected) => expect(servedAt<string>(desks, served)).toEqual(expected));

  it('at more desks is never less, and nothing is served twice', () => {
    const desks = fc.subarray([...allDesks]);
    fc.assert(
      fc.property(desks, desks, (some, more) => {
        const [few, many] = [servedAt<string>(some, served), servedAt<string>([...some, ...more], served)];
        expect(many).toEqual(expect.arrayContaining(few));
        expect(new Set(many).size).toBe(many.length);
      }),
    );
  });
});

const groups = Object.entries<unknown>({ ...contract }).flatMap(([name, value]) =>
  name.endsWith('Roles') ? [[name, value as readonly string[]] as const] : [],
);
const group = (name: string): readonly string[] => groups.find(([each]) => each === name)?.[1] ?? [];

describe('who may do what', () => {
  it('is said by group, all of which let head office in', () => {
    expect(groups).toHaveLength(10);
    for (const [, each] of groups) expect(each).toContain('headOffice');
  });

  it.each(groups)('%s names known roles, each once, and never a member', (_, each) => {
    for (const role of each) expect([...roles, 'monitor']).toContain(role);
    expect(new Set(each).size).toBe(each.length);
    expect(each).not.toContain('member');
  });

  it('a till does what happens at a till and reads what every till must know, nothing else', () =>
    expect(groups.flatMap(([name, each]) => (each.includes('till') ? [name] : [])).sort()).toEqual([
      'readerRoles',
      'tillRoles',
    ]));

  it('an auditor only reads', () => {
    const ofAuditor = groups.flatMap(([name, each]) => (each.includes('auditor') ? [name] : []));
    expect(ofAuditor.sort()).toEqual(['memberReaderRoles', 'operationsRoles', 'readerRoles', 'reportRoles']);
  });

  it('a marketer never sees a member', () => {
    for (const name of ['memberReaderRoles', 'memberEditorRoles', 'adjustmentRoles', 'tillRoles'])
      expect(group(name)).not.toContain('marketer');
  });

  it('whoever may change a member may read one', () =>
    expect(group('memberReaderRoles')).toEqual(expect.arrayContaining([...group('memberEditorRoles')])));

  it('every role of staff has something to do', () => {
    for (const role of staffRoles) expect(groups.some(([, each]) => each.includes(role))).toBe(true);
  });
});
