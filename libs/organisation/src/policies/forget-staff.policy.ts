import type { StaffEvent } from '../domain/staff.events';

/** The key under which the name of someone was sealed who is gone is to be destroyed. */
export interface ForgetName {
  readonly type: 'ForgetName';
  readonly keyId: string;
}

type Dismissed = Extract<StaffEvent, { type: 'StaffDismissed' }>;

/**
 * Whenever someone is dismissed, the key of their name is destroyed. The dismissal itself does so at once; this makes up
 * for a crash between the fact and the key, and, following the log from its start, for a vault restored from an older copy.
 */
export const forgetStaff = {
  name: 'forget-staff',
  on: {
    StaffDismissed: ({ data: { keyId } }: Pick<Dismissed, 'data'>): readonly ForgetName[] =>
      keyId === undefined ? [] : [{ type: 'ForgetName', keyId }],
  },
} as const;
