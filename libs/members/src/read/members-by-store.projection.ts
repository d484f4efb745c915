import { idOf } from '#libs/platform/kernel/decider';
import type { Projection } from '#libs/platform/read-models/projection';
import type { MemberEvent } from '../domain/member.events';
import { MemberByStore } from './members-by-store.entity';

const inState =
  (state: string) =>
  (row: MemberByStore | undefined): MemberByStore | null =>
    row === undefined ? null : { ...row, state };

/** The members of each store, erased ones included: what is counted once stays counted. */
export const membersByStore: Projection<MemberByStore, MemberEvent> = {
  name: 'members-by-store',
  version: 1,
  entity: MemberByStore,
  keysOf: (fact) => [idOf(fact.streamId)],
  makes: ['MemberEnrolled'],
  on: {
    MemberEnrolled: (_, { streamId, data: { storeId, channel, enrolledAt } }) => ({
      memberId: idOf(streamId),
      storeId,
      channel,
      enrolledAt,
      state: 'active',
    }),
    MemberSuspended: inState('suspended'),
    MemberReinstated: inState('active'),
    MemberErased: inState('erased'),
  },
};
