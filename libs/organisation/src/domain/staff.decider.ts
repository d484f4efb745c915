import { accept, refuse, type Decider, type Decision } from '#libs/platform/kernel/decider';
import { holdsRole, holdsScope, type StoreScope } from './roles';
import type { EngageStaff, StaffCommand, StaffContext } from './staff.commands';
import type { SessionOpened, StaffEngaged, StaffEvent } from './staff.events';

export type StaffRefusal =
  'store-not-found' | 'role-not-held' | 'store-not-held' | 'staff-differs' | 'invalid-credentials';

/** An open session: its token's hash and when it ends (milliseconds since 1970, machine's clock). */
export interface Session {
  readonly tokenHash: string;
  readonly expiresAt: number;
}

/** A member of staff, if engaged, and their sessions, newest first. */
export interface StaffState {
  readonly staff?: StaffEngaged;
  readonly sessions: readonly Session[];
}

/** Sessions kept at once; opening one more ends the oldest. */
export const MOST_SESSIONS = 20;

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));

const sameScope = (a: StoreScope, b: StoreScope): boolean => (a === 'all' || b === 'all' ? a === b : sameList(a, b));

const sameStaff = (a: StaffEngaged, b: StaffEngaged): boolean =>
  a.name === b.name && sameList(a.roles, b.roles) && sameScope(a.storeIds, b.storeIds);

const engage = (
  { staff, by, at }: EngageStaff,
  known: StaffEngaged | undefined,
  { passwordHolds, unknownStore }: StaffContext,
): Decision<StaffEvent, StaffRefusal> => {
  if (unknownStore !== undefined) return refuse('store-not-found', `There is no store ${unknownStore}.`);
  const beyond = staff.roles.find((role) => !holdsRole(by.roles, role));
  if (beyond !== undefined) return refuse('role-not-held', `Only one who holds the role ${beyond} can give it.`);
  if (!holdsScope(by.scope, staff.storeIds)) return refuse('store-not-held', 'A store lies outside your own reach.');
  if (known === undefined) return accept({ type: 'StaffEngaged', at, data: staff });
  return passwordHolds && sameStaff(known, staff)
    ? accept()
    : refuse('staff-differs', `${staff.staffId} is engaged already, with other particulars.`);
};

const decide = (
  command: StaffCommand,
  state: StaffState,
  context: StaffContext,
): Decision<StaffEvent, StaffRefusal> => {
  switch (command.type) {
    case 'EngageStaff':
      return engage(command, state.staff, context);
    case 'OpenSession':
      return state.staff !== undefined && context.passwordHolds
        ? accept({ type: 'SessionOpened', at: command.at, data: command.session })
        : refuse('invalid-credentials', 'The name or the password is wrong.');
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
      return { ...state, staff: event.data };
    case 'SessionOpened':
      return { ...state, sessions: withSession(state.sessions, event.data) };
  }
};

export const staffDecider: Decider<StaffCommand, StaffState, StaffEvent, StaffRefusal, StaffContext> = {
  category: 'staff',
  foldVersion: 1,
  initial: () => ({ sessions: [] }),
  decide,
  evolve,
};
