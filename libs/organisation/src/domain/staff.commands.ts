import type { Instant } from '#libs/platform/kernel/instant';
import type { StoreScope } from './roles';
import type { PasswordChanged, SessionClosed, SessionOpened, StaffDismissed, StaffEngaged } from './staff.events';

/** Who gives roles and stores away. */
export interface Grantor {
  readonly roles: readonly string[];
  readonly scope: StoreScope;
  /** The member of staff behind a session. */
  readonly staffId?: string;
}

/** Engages someone with roles in stores, or says it again. */
export interface EngageStaff {
  readonly type: 'EngageStaff';
  readonly at: Instant;
  readonly by: Grantor;
  readonly staff: StaffEngaged;
}

/** Opens a session for someone who gave a password. */
export interface OpenSession {
  readonly type: 'OpenSession';
  readonly at: Instant;
  readonly session: SessionOpened;
}

/** Gives someone another password: themself, with the one they have, or one whom `by` may engage. */
export interface ChangePassword {
  readonly type: 'ChangePassword';
  readonly at: Instant;
  readonly by: Grantor;
  readonly changed: PasswordChanged;
}

/** Someone works here no longer, or says it again. */
export interface DismissStaff {
  readonly type: 'DismissStaff';
  readonly at: Instant;
  readonly by: Grantor;
  readonly dismissed: Omit<StaffDismissed, 'keyId'>;
}

/** Someone signs out. */
export interface CloseSession {
  readonly type: 'CloseSession';
  readonly at: Instant;
  readonly session: SessionClosed;
}

export type StaffCommand = EngageStaff | OpenSession | ChangePassword | DismissStaff | CloseSession;

/** What the shell finds out before the decision. */
export interface StaffContext {
  /** Whether the password that came with the command belongs to the staff member as they are now. */
  readonly passwordHolds: boolean;
  /** Whether the name that came with the command, if one did, is that of the staff member as they are now. */
  readonly nameHolds?: boolean;
  /** A store of the command's that is not open, if any. */
  readonly unknownStore?: string;
}
