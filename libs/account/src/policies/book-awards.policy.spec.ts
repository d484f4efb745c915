import { awardGranted } from '../domain/words';
import { bookAwards } from './book-awards.policy';

const granted = {
  awardId: 'A1',
  memberId: 'M1',
  wallet: 'points',
  points: 50,
  kind: 'goodwill',
  reference: 'C7',
} as const;

describe('whenever a context downstream grants points', () => {
  it("the member's account books them", () =>
    expect(bookAwards.on.AwardGranted({ data: granted })).toEqual([
      {
        type: 'BookMemberAward',
        memberId: 'M1',
        award: {
          type: 'BookAward',
          awardId: 'A1',
          wallet: 'points',
          points: 50,
          cause: { kind: 'goodwill', reference: 'C7' },
        },
      },
    ]));

  it('with the store that bears them', () =>
    expect(bookAwards.on.AwardGranted({ data: { ...granted, storeId: 'S1' } })).toMatchObject([
      { award: { storeId: 'S1' } },
    ]));

  it.each([[{ points: 0 }], [{ points: 1.5 }], [{ kind: 'gift' }], [{ memberId: '' }], [{ colour: 'red' }]])(
    'the word does not hold %j',
    (change) => {
      expect(awardGranted.safeParse(granted).success).toBe(true);
      expect(awardGranted.safeParse({ ...granted, ...change }).success).toBe(false);
    },
  );
});
