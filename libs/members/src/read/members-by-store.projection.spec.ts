import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { factsOf } from '../testing/member.facts';
import { cardIssued, consent, day, enrolled, erased, now, reinstated, suspended } from '../testing/member.fixtures';
import { membersByStore } from './members-by-store.projection';

const row = { storeId: 'S1', channel: 'till', enrolledAt: now - day, state: 'active' };
const rows = (...facts: ReturnType<typeof factsOf>) => [...rowsAfter(membersByStore, facts).values()];

describe('the members of a store', () => {
  it('are listed with when and where they enrolled, and nothing personal', () =>
    expect(
      rows(
        ...factsOf('M1', enrolled(), cardIssued('C1'), consent(true, 'form')),
        ...factsOf('M2', enrolled({ storeId: 'S2', channel: 'web' })),
      ),
    ).toEqual([
      { memberId: 'M1', ...row },
      { memberId: 'M2', ...row, storeId: 'S2', channel: 'web' },
    ]));

  it('show their state', () => {
    expect(rows(...factsOf('M1', enrolled(), suspended))).toEqual([{ memberId: 'M1', ...row, state: 'suspended' }]);
    expect(rows(...factsOf('M1', enrolled(), suspended, reinstated))).toEqual([{ memberId: 'M1', ...row }]);
    expect(rows(...factsOf('M1', enrolled(), erased))).toEqual([{ memberId: 'M1', ...row, state: 'erased' }]);
  });
});
