import fc from 'fast-check';
import { fold } from '#libs/platform/kernel/decider';
import type { Grantor, StaffCommand, StaffContext } from './staff.commands';
import { MOST_SESSIONS, staffDecider } from './staff.decider';
import type { StaffEngaged, StaffEvent } from './staff.events';

const kim: StaffEngaged = { staffId: 'C1', name: 'Kim', roles: ['cashier'], storeIds: ['S1'], passwordHash: 'hash' };
const headOffice: Grantor = { roles: ['headOffice'], scope: 'all' };
const manager: Grantor = { roles: ['storeManager'], scope: ['S1', 'S2'] };
const right: StaffContext = { passwordHolds: true, nameHolds: true };
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
    ['another name', {}, { passwordHolds: true, nameHolds: false }],
    ['a name that nobody compared', {}, { passwordHolds: true }],
    ['another role', { roles: ['auditor'] }, right],
    ['one role more', { roles: ['cashier', 'auditor'] }, right],
    ['another store', { storeIds: ['S2'] }, right],
    ['every store', { storeIds: 'all' }, right],
    ['another password', {}, wrong],
  ])('said again with %s, is refused', (_, other, context) =>
    expect(staffDecider.decide(engage(other), state(engaged), context)).toMatchObject({ reason: 'staff-differs' }),
  );

  it('head office is engaged for every store; who was for fewer stays so', () => {
    const limited: Partial<StaffEngaged> = { roles: ['auditor', 'headOffice'], storeIds: ['S1'] };
    const before = state({ ...engaged, data: { ...kim, ...limited } });
    expect(staffDecider.decide(engage(limited), state(), wrong)).toMatchObject({ reason: 'office-everywhere' });
    expect(staffDecider.decide(engage({ ...limited, storeIds: 'all' }), state(), wrong).kind).toBe('accepted');
    expect(staffDecider.decide(engage(limited), before, right)).toEqual({ kind: 'accepted', events: [] });
  });

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

const changed: StaffEvent = { type: 'PasswordChanged', at: 6, data: { staffId: 'C1', passwordHash: 'new' } };
const dismissed: StaffEvent = { type: 'StaffDismissed', at: 7, data: { staffId: 'C1', reason: 'left' } };
const closed = (tokenHash: string): StaffEvent => ({
  type: 'SessionClosed',
  at: 8,
  data: { staffId: 'C1', tokenHash },
});
const reasonOf = (command: StaffCommand, given = state(engaged), context = wrong): string | undefined => {
  const decision = staffDecider.decide(command, given, context);
  return decision.kind === 'refused' ? decision.reason : undefined;
};

/** Who may set the password of Kim, a cashier in S1, and dismiss her. */
const overKim: readonly (readonly [string, Grantor, string | undefined])[] = [
  ['head office', headOffice, undefined],
  ['the manager of the store', manager, undefined],
  ['a franchisee of the store', { roles: ['franchisee'], scope: ['S1'] }, undefined],
  ['the manager of another store', { roles: ['storeManager'], scope: ['S2'] }, 'store-not-held'],
  ['another cashier of the store', { roles: ['cashier'], scope: ['S1'], staffId: 'C2' }, 'role-not-held'],
  ['a care agent', { roles: ['careAgent'], scope: 'all' }, 'role-not-held'],
];

describe('changing a password', () => {
  const change = (by: Grantor): StaffCommand => ({
    type: 'ChangePassword',
    at: 6,
    by,
    changed: { staffId: 'C1', passwordHash: 'new' },
  });
  const own = change({ roles: ['cashier'], scope: ['S1'], staffId: 'C1' });

  it.each(overKim)('is done by %s: %s', (_, by, reason) => expect(reasonOf(change(by))).toBe(reason));

  it('is done by oneself with the current one, whatever one’s role', () => {
    expect(staffDecider.decide(own, state(engaged), right)).toEqual({ kind: 'accepted', events: [changed] });
    expect(reasonOf(own)).toBe('wrong-password');
  });

  it('of one’s own wants the current one from head office too', () =>
    expect(reasonOf(change({ ...headOffice, staffId: 'C1' }))).toBe('wrong-password'));

  it.each<[string, Partial<StaffEngaged>]>([
    ['someone who may do more', { roles: ['franchisee'] }],
    ['someone who may do something else as well', { roles: ['cashier', 'auditor'] }],
  ])('is not done by a manager for %s', (_, more) =>
    expect(reasonOf(change(manager), state({ ...engaged, data: { ...kim, ...more } }))).toBe('role-not-held'),
  );

  it.each<[string, readonly StaffEvent[]]>([
    ['is unknown', []],
    ['was dismissed', [engaged, dismissed]],
  ])('of someone who %s is refused', (_, events) =>
    expect(reasonOf(change(headOffice), state(...events))).toBe('staff-not-found'),
  );

  it('ends every session', () =>
    expect(state(engaged, session('one', 0, 10), changed)).toEqual({
      staff: { ...kim, passwordHash: 'new' },
      sessions: [],
    }));
});

describe('dismissing', () => {
  const dismiss = (by: Grantor): StaffCommand => ({
    type: 'DismissStaff',
    at: 7,
    by,
    dismissed: { staffId: 'C1', reason: 'left' },
  });

  it.each(overKim)('is done by %s: %s', (_, by, reason) => expect(reasonOf(dismiss(by))).toBe(reason));

  it('is stated once; said again, it is already so, for those who may say it', () => {
    expect(staffDecider.decide(dismiss(manager), state(engaged), wrong)).toEqual({
      kind: 'accepted',
      events: [dismissed],
    });
    expect(staffDecider.decide(dismiss(manager), state(engaged, dismissed), wrong)).toEqual({
      kind: 'accepted',
      events: [],
    });
    expect(reasonOf(dismiss({ ...manager, scope: ['S2'] }), state(engaged, dismissed))).toBe('store-not-held');
    expect(reasonOf(dismiss(headOffice), state())).toBe('staff-not-found');
  });

  it('ends every session, and the password opens none', () => {
    const given = state(engaged, session('one', 0, 10), dismissed);
    expect(given.sessions).toEqual([]);
    expect(reasonOf(openSession, given, right)).toBe('invalid-credentials');
  });

  it('lets the same person be engaged again, with other particulars, and none of their sessions', () => {
    const given = state(engaged, session('one', 0, 10), dismissed);
    const again: StaffEvent = { ...engaged, data: { ...kim, roles: ['auditor'], passwordHash: 'new' } };
    expect(staffDecider.decide(engage(again.data), given, wrong)).toEqual({ kind: 'accepted', events: [again] });
    expect(state(engaged, session('one', 0, 10), dismissed, again)).toEqual({ staff: again.data, sessions: [] });
  });
});

describe('signing out', () => {
  const close: StaffCommand = { type: 'CloseSession', at: 8, session: { staffId: 'C1', tokenHash: 'one' } };

  it('ends this session and no other', () => {
    const given = state(engaged, session('one', 0, 10), session('two', 1, 10));
    expect(staffDecider.decide(close, given, wrong)).toEqual({ kind: 'accepted', events: [closed('one')] });
    expect(staffDecider.evolve(given, closed('one')).sessions).toEqual([{ tokenHash: 'two', expiresAt: 10 }]);
  });

  it('of a session that has ended is already so', () =>
    expect(staffDecider.decide(close, state(engaged), wrong)).toEqual({ kind: 'accepted', events: [] }));
});

it('whatever happens, only sessions last that began after the last thing that ends them all', () => {
  const opened = fc.constantFrom('a', 'b', 'c').map((token) => session(token, 0, 10));
  const token = fc.constantFrom('a', 'b', 'c').map(closed);
  const events = fc.array(fc.oneof(opened, token, fc.constantFrom(changed, dismissed, engaged)), { maxLength: 12 });
  fc.assert(
    fc.property(events, (history) => {
      const ends = history.findLastIndex(({ type }) => !type.startsWith('Session'));
      const lasting = history.slice(ends + 1).reduce<readonly string[]>((left, event) => {
        if (event.type === 'SessionOpened') return [event.data.tokenHash, ...left];
        return event.type === 'SessionClosed' ? left.filter((each) => each !== event.data.tokenHash) : left;
      }, []);
      expect(state(engaged, ...history).sessions.map(({ tokenHash }) => tokenHash)).toEqual(lasting);
    }),
  );
});
