import { NoIdempotencyKey, Open, OpenToLoopback, Roles, rulesOf } from './route-rules';

@Roles('cashier')
class Tills {
  plain(): void {
    return undefined;
  }

  @Roles('auditor', 'headOffice')
  narrowed(): void {
    return undefined;
  }

  @NoIdempotencyKey()
  quote(): void {
    return undefined;
  }

  @Open()
  open(): void {
    return undefined;
  }

  @OpenToLoopback()
  inside(): void {
    return undefined;
  }
}

class Forgotten {
  plain(): void {
    return undefined;
  }
}

const of = (name: keyof Tills) =>
  rulesOf(Object.getOwnPropertyDescriptor(Tills.prototype, name)?.value as object, Tills);

it('are those of the class unless the route says otherwise', () =>
  expect(of('plain')).toEqual({
    open: false,
    openToLoopback: false,
    roles: ['cashier'],
    needsKey: true,
    takesQuery: false,
  }));

it.each<[keyof Tills, object]>([
  ['narrowed', { roles: ['auditor', 'headOffice'] }],
  ['quote', { needsKey: false, roles: ['cashier'] }],
  ['open', { open: true, needsKey: true }],
  ['inside', { open: false, openToLoopback: true, roles: ['cashier'] }],
])('of %s are %j', (name, expected) => expect(of(name)).toMatchObject(expected));

it('are read once for each route', () => {
  expect(of('plain')).toBe(of('plain'));
  expect(of('plain')).not.toBe(of('quote'));
});

it('close a route to everyone where nothing is said', () => {
  const { value } = Object.getOwnPropertyDescriptor(Forgotten.prototype, 'plain') ?? {};
  expect(rulesOf(value as object, Forgotten)).toEqual({
    open: false,
    openToLoopback: false,
    roles: [],
    needsKey: true,
    takesQuery: false,
  });
});
