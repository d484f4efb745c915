import type { AwardGranted } from '../domain/words';
import type { BookAward } from '../domain/account.commands';

/** Book an award on a member's account. */
export interface BookMemberAward {
  readonly type: 'BookMemberAward';
  readonly memberId: string;
  readonly award: BookAward;
}

/** Whenever a context downstream grants points, the member's account books them. */
export const bookAwards = {
  name: 'book-awards',
  on: {
    AwardGranted: ({ data }: { readonly data: AwardGranted }): readonly BookMemberAward[] => {
      const { awardId, memberId, wallet, points, kind, reference, storeId } = data;
      const store = storeId === undefined ? {} : { storeId };
      const award: BookAward = { type: 'BookAward', awardId, wallet, points, cause: { kind, reference }, ...store };
      return [{ type: 'BookMemberAward', memberId, award }];
    },
  },
} as const;
