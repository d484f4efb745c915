import { fold } from '#libs/platform/kernel/decider';
import type { Grantor, StaffCommand, StaffContext } from './staff.commands';
import { MOST_SESSIONS, staffDecider } from './staff.decider';
import type { StaffEngaged, StaffEvent } from './staff.events';

const kim: StaffEngaged = { staffId: 'C1', name: 'Kim', roles: ['cashier'], storeIds: ['S1'], passwordHash: 'hash' };
const headOffice: Grantor = { roles: ['headOffice'], scope: 'all' };
const manager: Grantor = { roles: ['storeManager'], scope: ['S1', 'S2'] };
const right: StaffContext = { passwordHolds: true };
const wrong: StaffContext = { passwordHolds: false };

const engage = (staff: Partial<StaffEngaged> = {}, by = headOffice): StaffCommand => ({
  type: 'EngageStaff',
  at: 5,
  by,
  staff: { ...kim, ...staff },
});
const engaged: StaffEvent = { type: 'StaffEngaged', at: 5, data: kim };
const session = (tokenHash: string, openedAt: number, expiresAt: number): StaffEvent => ({
  type: 'SessionOpened',
  at: 5,
  data: { staffId: 'C1', tokenHash, openedAt, expiresAt },
});
const openSession: StaffCommand = {
  type: 'OpenSession',
  at: 5,
  session: { staffId: 'C1', tokenHash: 'one', openedAt: 10, expiresAt: 20 },
};
const state = (...events: readonly StaffEvent[]) => fold(staffDecider, staffDecider.initial('C1'), events);

describe('engaging', () => {
  it('states who it is, with what roles and where', () =>
    expect(staffDecider.decide(engage(), state(), wrong)).toEqual({ kind: 'accepted', events: [engaged] }));

  it('said again with the same password, is already so, in whatever order', () => {
    const both = { roles: ['cashier', 'auditor'] as StaffEngaged['roles'], storeIds: ['S1', 'S2'] };
    const given = state({ ...engaged, data: { ...kim, ...both } });
    const again = engage({ roles: ['auditor', 'cashier'], storeIds: ['S2', 'S1'], passwordHash: 'other salt' });
    expect(staffDecider.decide(again, given, right)).toEqual({ kind: 'accepted', events: [] });
  });

  it.each<[string, Partial<StaffEngaged>, StaffContext]>([
    ['another name', { name: 'Lee' }, right],
    ['another role', { roles: ['auditor'] }, right],
    ['one role more', { roles: ['cashier', 'auditor'] }, right],
    ['another store', { storeIds: ['S2'] }, right],
    ['every store', { storeIds: 'all' }, right],
    ['another password', {}, wrong],
  ])('said again with %s, is refused', (_, other, context) =>
    expect(staffDecider.decide(engage(other), state(engaged), context)).toMatchObject({ reason: 'staff-differs' }),
  );

  it.each<[string, Partial<StaffEngaged>, string | undefined]>([
    ['a cashier of their store', {}, undefined],
    ['a manager of their stores', { roles: ['storeManager'], storeIds: ['S1', 'S2'] }, undefined],
    ['head office', { roles: ['headOffice'] }, 'role-not-held'],
    ['a cashier who is also an auditor', { roles: ['cashier', 'auditor'] }, 'role-not-held'],
    ['a franchisee', { roles: ['franchisee'] }, 'role-not-held'],
    ['a cashier of another store', { storeIds: ['S3'] }, 'store-not-held'],
    ['a cashier of theirs and another store', { storeIds: ['S1', 'S3'] }, 'store-not-held'],
    ['a cashier of every store', { storeIds: 'all' }, 'store-not-held'],
  ])('a store manager engages %s: %s', (_, staff, reason) => {
    const decision = staffDecider.decide(engage(staff, manager), state(), wrong);
    expect(decision.kind === 'refused' ? decision.reason : undefined).toBe(reason);
  });

  it('needs stores that are open', () =>
    expect(staffDecider.decide(engage(), state(), { ...wrong, unknownStore: 'S9' })).toEqual({
      kind: 'refused',
      reason: 'store-not-found',
      detail: 'There is no store S9.',
    }));
});

describe('signing in', () => {
  it('opens a session', () => {
    const decision = staffDecider.decide(openSession, state(engaged), right);
    expect(decision).toEqual({ kind: 'accepted', events: [session('one', 10, 20)] });
  });

  it.each([
    ['a wrong password', state(engaged), wrong],
    ['an unknown name', state(), right],
  ])('with %s is refused, in the same words', (_, given, context) =>
    expect(staffDecider.decide(openSession, given, context)).toEqual({
      kind: 'refused',
      reason: 'invalid-credentials',
      detail: 'The name or the password is wrong.',
    }),
  );

  it('keeps sessions that last, newest first, and drops those that have ended', () => {
    const { sessions } = state(engaged, session('one', 0, 10), session('two', 5, 15), session('three', 10, 20));
    expect(sessions).toEqual([
      { tokenHash: 'three', expiresAt: 20 },
      { tokenHash: 'two', expiresAt: 15 },
    ]);
  });

  it('ends the oldest session when there are too many', () => {
    const many = Array.from({ length: MOST_SESSIONS + 2 }, (_, n) => session(`t${n}`, n, 1_000));
    const { sessions } = state(engaged, ...many);
    expect(sessions).toHaveLength(MOST_SESSIONS);
    expect(sessions[0]?.tokenHash).toBe(`t${MOST_SESSIONS + 1}`);
    expect(sessions.at(-1)?.tokenHash).toBe('t2');
  });
});
