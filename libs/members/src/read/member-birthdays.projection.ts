import { idOf } from '#libs/platform/kernel/decider';
import type { Projection } from '#libs/platform/read-models/projection';
import type { MemberEvent } from '../domain/member.events';
import { MemberBirthday } from './member-birthdays.entity';

/** Whose birthday to look at each day, sealed. */
export const memberBirthdays: Projection<MemberBirthday, MemberEvent> = {
  name: 'member-birthdays',
  version: 1,
  entity: MemberBirthday,
  keysOf: (fact) => [idOf(fact.streamId)],
  makes: ['MemberEnrolled'],
  on: {
    MemberEnrolled: (_, { streamId, data: { storeId, keyId, birthday } }) => ({
      memberId: idOf(streamId),
      storeId,
      keyId,
      birthday: birthday ?? null,
    }),
    ProfileChanged: (row, { data: { birthday } }) =>
      row === undefined ? null : { ...row, birthday: birthday ?? null },
    MemberErased: () => null,
  },
};
