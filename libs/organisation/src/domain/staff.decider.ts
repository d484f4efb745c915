import { accept, refuse, type Decider, type Decision, type Refused } from '#libs/platform/kernel/decider';
import { holdsRole, holdsScope, type StoreScope } from './roles';
import type {
  ChangePassword,
  CloseSession,
  DismissStaff,
  EngageStaff,
  Grantor,
  OpenSession,
  StaffCommand,
  StaffContext,
} from './staff.commands';
import type { SessionOpened, StaffEngaged, StaffEvent } from './staff.events';

export type StaffRefusal =
  | 'store-not-found'
  | 'role-not-held'
  | 'store-not-held'
  | 'office-everywhere'
  | 'staff-differs'
  | 'staff-not-found'
  | 'wrong-password'
  | 'invalid-credentials';

/** An open session: its token's hash and when it ends (milliseconds since 1970, machine's clock). */
export interface Session {
  readonly tokenHash: string;
  readonly expiresAt: number;
}

/** With what roles, and where. */
type Standing = Pick<StaffEngaged, 'roles' | 'storeIds'>;

/** A member of staff, if engaged, and their sessions, newest first. */
export interface StaffState {
  readonly staff?: StaffEngaged;
  /** As what someone was dismissed who has not been engaged again, and the data key that went with them. */
  readonly dismissed?: Standing & { readonly keyId?: string };
  readonly sessions: readonly Session[];
}

/** Sessions kept at once; opening one more ends the oldest. */
export const MOST_SESSIONS = 20;

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));

const sameScope = (a: StoreScope, b: StoreScope): boolean => (a === 'all' || b === 'all' ? a === b : sameList(a, b));

const sameStanding = (a: Standing, b: Standing): boolean =>
  sameList(a.roles, b.roles) && sameScope(a.storeIds, b.storeIds);

/** Why someone may not engage, or dismiss, a person with these roles and stores. */
const beyond = (by: Grantor, { roles, storeIds }: Standing): Refused<StaffRefusal> | undefined => {
  const role = roles.find((each) => !holdsRole(by.roles, each));
  if (role !== undefined) return refuse('role-not-held', `Only one who holds the role ${role} can give or take it.`);
  if (holdsScope(by.scope, storeIds)) return undefined;
  return refuse('store-not-held', 'A store lies outside your own reach.');
};

const runsStores = ({ roles }: Grantor): boolean => holdsRole(roles, 'storeManager');
const notTheirs = refuse<StaffRefusal>('role-not-held', 'This is for those who run stores.');

const unknown = (staffId: string): Refused<StaffRefusal> =>
  refuse('staff-not-found', `Nobody works here as ${staffId}.`);

/** Head office decides for the whole chain. Who was engaged with less before this was asked keeps their limits. */
const isOfficeOfFew = ({ roles, storeIds }: Standing): boolean => roles.includes('headOffice') && storeIds !== 'all';

const engage = (
  { staff, by, at }: EngageStaff,
  known: StaffEngaged | undefined,
  { passwordHolds, nameHolds, unknownStore }: StaffContext,
): Decision<StaffEvent, StaffRefusal> => {
  if (unknownStore !== undefined) return refuse('store-not-found', `There is no store ${unknownStore}.`);
  const refused = beyond(by, staff);
  if (refused !== undefined) return refused;
  if (known === undefined && isOfficeOfFew(staff)) return refuse('office-everywhere', 'Must be "all" for head office.');
  if (known === undefined) return accept({ type: 'StaffEngaged', at, data: staff });
  return passwordHolds && nameHolds === true && sameStanding(known, staff)
    ? accept()
    : refuse('staff-differs', `${staff.staffId} is engaged already, with other particulars.`);
};

/** Whoever has a session need not know the password: for one's own it is asked, so that a found session is no way in. */
const changePassword = (
  { changed, by, at }: ChangePassword,
  known: StaffEngaged | undefined,
  { passwordHolds }: StaffContext,
): Decision<StaffEvent, StaffRefusal> => {
  const own = by.staffId === changed.staffId;
  if (!own && !runsStores(by)) return notTheirs;
  if (known === undefined) return unknown(changed.staffId);
  if (own && !passwordHolds) return refuse('wrong-password', 'The current password is wrong.');
  return (own ? undefined : beyond(by, known)) ?? accept({ type: 'PasswordChanged', at, data: changed });
};

const dismiss = (
  { dismissed, by, at }: DismissStaff,
  { staff, dismissed: before }: StaffState,
): Decision<StaffEvent, StaffRefusal> => {
  if (!runsStores(by)) return notTheirs;
  const known = staff ?? before;
  if (known === undefined) return unknown(dismissed.staffId);
  const refused = beyond(by, known);
  if (refused !== undefined) return refused;
  if (staff === undefined) return accept();
  const { keyId } = staff;
  return accept({ type: 'StaffDismissed', at, data: { ...dismissed, ...(keyId === undefined ? {} : { keyId }) } });
};

const open = (
  { session, at }: OpenSession,
  { staff }: StaffState,
  { passwordHolds }: StaffContext,
): Decision<StaffEvent, StaffRefusal> =>
  staff !== undefined && passwordHolds
    ? accept({ type: 'SessionOpened', at, data: session })
    : refuse('invalid-credentials', 'The name or the password is wrong.');

const close = ({ session, at }: CloseSession, { sessions }: StaffState): Decision<StaffEvent, StaffRefusal> =>
  sessions.some(({ tokenHash }) => tokenHash === session.tokenHash)
    ? accept({ type: 'SessionClosed', at, data: session })
    : accept();

const decide = (
  command: StaffCommand,
  state: StaffState,
  context: StaffContext,
): Decision<StaffEvent, StaffRefusal> => {
  switch (command.type) {
    case 'EngageStaff':
      return engage(command, state.staff, context);
    case 'OpenSession':
      return open(command, state, context);
    case 'ChangePassword':
      return changePassword(command, state.staff, context);
    case 'DismissStaff':
      return dismiss(command, state);
    case 'CloseSession':
      return close(command, state);
  }
};

const withSession = (sessions: readonly Session[], opened: SessionOpened): readonly Session[] =>
  [
    { tokenHash: opened.tokenHash, expiresAt: opened.expiresAt },
    ...sessions.filter((session) => session.expiresAt > opened.openedAt),
  ].slice(0, MOST_SESSIONS);

const evolve = (state: StaffState, event: StaffEvent): StaffState => {
  switch (event.type) {
    case 'StaffEngaged':
      return { staff: event.data, sessions: [] };
    case 'SessionOpened':
      return { ...state, sessions: withSession(state.sessions, event.data) };
    case 'PasswordChanged': {
      const { passwordHash } = event.data;
      const known = state.staff === undefined ? {} : { staff: { ...state.staff, passwordHash } };
      return { ...state, ...known, sessions: [] };
    }
    case 'StaffDismissed': {
      const { roles, storeIds } = state.staff ?? { roles: [], storeIds: [] };
      const { keyId } = event.data;
      return { dismissed: { roles, storeIds, ...(keyId === undefined ? {} : { keyId }) }, sessions: [] };
    }
    case 'SessionClosed':
      return { ...state, sessions: state.sessions.filter(({ tokenHash }) => tokenHash !== event.data.tokenHash) };
  }
};

export const staffDecider: Decider<StaffCommand, StaffState, StaffEvent, StaffRefusal, StaffContext> = {
  category: 'staff',
  foldVersion: 3,
  initial: () => ({ sessions: [] }),
  decide,
  evolve,
};
