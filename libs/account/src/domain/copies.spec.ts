import fc from 'fast-check';
import { emptyAccount } from './empty-account';
import { appended, changedWhere, copyOf } from './copies';

describe('a copy of an account', () => {
  it('says the same, and is changed without the original', () => {
    const account = { ...emptyAccount('M1'), visits: 3 };
    const copy = copyOf(account);
    expect(copy).toStrictEqual(account);
    copy.visits = 4;
    expect(account.visits).toBe(3);
  });
});

describe('a list', () => {
  it('with one more ends with it, and the list before stays as it was', () =>
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), (list, item) => {
        const before = [...list];
        expect(appended(list, item)).toStrictEqual([...before, item]);
        expect(list).toStrictEqual(before);
      }),
    ));

  it('is changed where it is wanted, and nowhere else', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.nat(9), (list, wanted) => {
        const after = changedWhere(
          list,
          (each) => each === wanted,
          (each) => each + 100,
        );
        expect(after).toStrictEqual(list.map((each) => (each === wanted ? each + 100 : each)));
        if (!list.includes(wanted)) expect(after).toBe(list);
      }),
    ));
});
