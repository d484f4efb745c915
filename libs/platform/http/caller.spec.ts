import fc from 'fast-check';
import { reaches, requireReach, type Caller } from './caller';

const caller = (scope: Caller['scope']): Caller => ({ credential: 'staff:C1', roles: ['cashier'], scope });

it.each<[Caller['scope'], string, boolean]>([
  ['all', 'S1', true],
  [['S1', 'S2'], 'S2', true],
  [['S1', 'S2'], 'S3', false],
  [['S1'], 's1', false],
  [['S10'], 'S1', false],
  [[], 'S1', false],
  [[], 'all', false],
])('a reach of %j to %s: %s', (scope, storeId, reached) => {
  expect(reaches(caller(scope), storeId)).toBe(reached);
  const required = (): void => requireReach(caller(scope), storeId);
  if (reached) expect(required).not.toThrow();
  else expect(required).toThrow(expect.objectContaining({ code: 'out-of-scope', status: 403 }));
});

it('a wider reach never reaches less', () => {
  const stores = fc.array(fc.constantFrom('S1', 'S2', 'S3', 'S4'));
  fc.assert(
    fc.property(stores, stores, fc.constantFrom('S1', 'S2', 'S3', 'S4'), (some, more, storeId) => {
      if (reaches(caller(some), storeId)) expect(reaches(caller([...more, ...some]), storeId)).toBe(true);
      expect(reaches(caller('all'), storeId)).toBe(true);
    }),
  );
});
