import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

const OPEN = 'regulars:open';
const ROLES = 'regulars:roles';
const KEYLESS = 'regulars:keyless';
const LOOPBACK = 'regulars:loopback';
const QUERY = 'regulars:query';

/** What the rules leave in the OpenAPI document, for `open-api.ts` to turn into its own words. */
export const documented = { open: 'x-open', keyless: 'x-keyless' } as const;

/** No token needed. */
export const Open = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(OPEN, true), ApiExtension(documented.open, true));

/** Callers on this machine need no token; the others do, with one of the {@link Roles}. */
export const OpenToLoopback = (): MethodDecorator & ClassDecorator => SetMetadata(LOOPBACK, true);

/** Who may call: a caller with any of these roles. A route with neither this nor {@link Open} is closed to everyone. */
export const Roles = (...roles: readonly string[]): MethodDecorator & ClassDecorator => SetMetadata(ROLES, roles);

/** A write that changes nothing lasting (a quote, a look-up, a sign-in) and so needs no `Idempotency-Key`. */
export const NoIdempotencyKey = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(KEYLESS, true), ApiExtension(documented.keyless, true));

/** That a route takes a query: said by `QueryOf`, no need to repeat it. */
export const TakesQuery = (): MethodDecorator => SetMetadata(QUERY, true);

/** What the decorators say about one route; a method's word goes before its class's. */
export interface RouteRules {
  readonly open: boolean;
  readonly openToLoopback: boolean;
  readonly roles: readonly string[];
  readonly needsKey: boolean;
  readonly takesQuery: boolean;
}

const known = new WeakMap<object, RouteRules>();

const read = (handler: object, controller: object): RouteRules => {
  const said = <T>(name: string): T | undefined =>
    (Reflect.getMetadata(name, handler) ?? Reflect.getMetadata(name, controller)) as T | undefined;
  return {
    open: said<boolean>(OPEN) ?? false,
    openToLoopback: said<boolean>(LOOPBACK) ?? false,
    roles: said<readonly string[]>(ROLES) ?? [],
    needsKey: !(said<boolean>(KEYLESS) ?? false),
    takesQuery: said<boolean>(QUERY) ?? false,
  };
};

/** The rules of a route, read once per handler: reflection is too slow for every request. */
export const rulesOf = (handler: object, controller: object): RouteRules => {
  const cached = known.get(handler);
  if (cached !== undefined) return cached;
  const rules = read(handler, controller);
  known.set(handler, rules);
  return rules;
};
