import { holdsRole, holdsScope, roles, staffRoles, type Role } from './roles';

it.each([
  ['headOffice', 'auditor', true],
  ['headOffice', 'headOffice', true],
  ['franchisee', 'storeManager', true],
  ['franchisee', 'cashier', true],
  ['storeManager', 'cashier', true],
  ['storeManager', 'storeManager', true],
  ['storeManager', 'franchisee', false],
  ['storeManager', 'marketer', false],
  ['cashier', 'storeManager', false],
  ['auditor', 'headOffice', false],
  ['nobody', 'cashier', false],
] as const)('%s holds %s: %s', (mine, wanted, answer) => expect(holdsRole([mine], wanted)).toBe(answer));

it('holds what any of several roles holds, and nothing without one', () => {
  expect(holdsRole(['auditor', 'storeManager'], 'cashier')).toBe(true);
  expect(holdsRole([], 'cashier')).toBe(false);
});

it('lets only head office give head office', () => {
  const givers = roles.filter((role) => holdsRole([role], 'headOffice'));
  expect(givers).toEqual(['headOffice']);
});

it('never gives a till’s or a member’s role to staff', () => {
  const given: readonly Role[] = staffRoles;
  expect(given).not.toContain('till');
  expect(given).not.toContain('member');
});

it.each([
  ['all', 'all', true],
  ['all', ['S1'], true],
  [['S1', 'S2'], ['S2'], true],
  [['S1'], ['S1', 'S2'], false],
  [['S1'], 'all', false],
  [[], [], true],
] as const)('reach %j covers %j: %s', (mine, wanted, answer) => expect(holdsScope(mine, wanted)).toBe(answer));
