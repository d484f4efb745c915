import type { MemberEvent } from '../domain/member.events';

/** The key under which a forgotten member's texts were sealed is to be destroyed. */
export interface DestroyKey {
  readonly type: 'DestroyKey';
  readonly keyId: string;
}

type Erased = Extract<MemberEvent, { type: 'MemberErased' }>;

/**
 * Whenever a member is erased, the key is destroyed. The erasure itself does so at once; this makes up for a crash
 * between the fact and the key, and, following the log from its start, for a vault restored from an older copy.
 */
export const forgetMembers = {
  name: 'forget-members',
  on: {
    MemberErased: ({ data }: Pick<Erased, 'data'>): readonly DestroyKey[] => [
      { type: 'DestroyKey', keyId: data.keyId },
    ],
  },
} as const;
