import { fold } from '#libs/platform/kernel/decider';
import type { DismissStaff } from '../domain/staff.commands';
import { staffDecider } from '../domain/staff.decider';
import type { StaffEngaged, StaffEvent } from '../domain/staff.events';
import { forgetStaff } from './forget-staff.policy';

const kim: StaffEngaged = { staffId: 'C1', name: 'sealed', roles: ['cashier'], storeIds: 'all', passwordHash: 'hash' };
const dismissal: DismissStaff = {
  ...{ type: 'DismissStaff', at: 7, by: { roles: ['headOffice'], scope: 'all' } },
  dismissed: { staffId: 'C1' },
};

/** What follows from the dismissal of someone who was engaged like this, and what is known of them then. */
const dismissed = (data: StaffEngaged) => {
  const before = fold(staffDecider, staffDecider.initial('C1'), [{ type: 'StaffEngaged', at: 5, data }]);
  const decision = staffDecider.decide(dismissal, before, { passwordHolds: false });
  const events: readonly StaffEvent[] = decision.kind === 'accepted' ? decision.events : [];
  const commands = events.flatMap((event) =>
    event.type === 'StaffDismissed' ? forgetStaff.on.StaffDismissed(event) : [],
  );
  return { commands, known: fold(staffDecider, before, events).dismissed };
};

it('whoever is dismissed has the key of their name destroyed', () =>
  expect(dismissed({ ...kim, keyId: 'k' })).toEqual({
    commands: [{ type: 'ForgetName', keyId: 'k' }],
    known: { roles: ['cashier'], storeIds: 'all', keyId: 'k' },
  }));

it('whose name was never sealed has none', () =>
  expect(dismissed(kim)).toEqual({ commands: [], known: { roles: ['cashier'], storeIds: 'all' } }));
