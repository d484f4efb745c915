import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import type { MemberEvent } from '../domain/member.events';
import { factsOf } from '../testing/member.facts';
import { enrolled, erased, now } from '../testing/member.fixtures';
import { memberBirthdays } from './member-birthdays.projection';

const rows = (...events: MemberEvent[]) => [...rowsAfter(memberBirthdays, factsOf('M1', ...events)).values()];
const row = { memberId: 'M1', storeId: 'S1', keyId: 'K1' };
const changed = (birthday?: string): MemberEvent => ({
  type: 'ProfileChanged',
  at: now,
  data: { profile: 'profile-2', fields: ['birthday'], ...(birthday === undefined ? {} : { birthday }) },
});

describe('the birthdays to look at', () => {
  it('stay sealed', () => expect(rows(enrolled({ birthday: 'sealed' }))).toEqual([{ ...row, birthday: 'sealed' }]));

  it('may be told later, corrected and taken back', () => {
    expect(rows(enrolled())).toEqual([{ ...row, birthday: null }]);
    expect(rows(enrolled(), changed('later'))).toEqual([{ ...row, birthday: 'later' }]);
    expect(rows(enrolled(), changed('later'), changed('corrected'))).toEqual([{ ...row, birthday: 'corrected' }]);
    expect(rows(enrolled({ birthday: 'sealed' }), changed())).toEqual([{ ...row, birthday: null }]);
  });

  it('are gone with the member', () => expect(rows(enrolled({ birthday: 'sealed' }), erased)).toEqual([]));
});
