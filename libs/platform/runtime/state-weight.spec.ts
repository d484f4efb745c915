import fc from 'fast-check';
import { weigherOf, type Weighed } from './state-weight';

interface House {
  readonly name: string;
  readonly tenants: readonly object[];
  readonly rents: readonly number[];
}

const bytesOfState = weigherOf<House>();

const weighed = (state: House, before?: Weighed<House>): Weighed<House> => ({
  state,
  bytes: bytesOfState(state, before),
});

const empty: House = { name: '', tenants: [], rents: [] };

it.each<[string, House]>([
  ['a long text', { ...empty, name: 'y'.repeat(10_000) }],
  ['texts within', { ...empty, tenants: [{ a: { b: ['y'.repeat(10_000)] } }] }],
  ['half as many units of Chinese', { ...empty, name: '会'.repeat(5_000) }],
  ['many objects', { ...empty, tenants: Array.from({ length: 250 }, () => ({ n: 1, m: 2 })) }],
  ['many numbers', { ...empty, rents: Array.from({ length: 1_250 }, () => 1e12) }],
])('counts %s', (_, state) => {
  const bytes = bytesOfState(state) - bytesOfState(empty);
  expect(bytes).toBeGreaterThan(9_900);
  expect(bytes).toBeLessThan(13_000);
});

it('weighs what came from another state as if it had been made in one go', () => {
  const tenant = fc.record({ name: fc.string({ maxLength: 30 }), since: fc.integer({ max: 2 ** 50 }) });
  const edit = fc.record({
    at: fc.nat(6),
    gone: fc.nat(3),
    come: fc.array(tenant, { maxLength: 3 }),
    name: fc.string({ maxLength: 20 }),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      let now = weighed(empty);
      for (const { at, gone, come, name } of edits) {
        const tenants = now.state.tenants.toSpliced(at, gone, ...come);
        now = weighed({ name, tenants, rents: come.map(({ since }) => since) }, now);
      }
      expect(now.bytes).toBe(bytesOfState(structuredClone(now.state)));
    }),
  );
});

it('weighs the items of a list as it is told to', () => {
  const weigh = weigherOf<House>({ rents: (rent) => rent });
  const state = { ...empty, rents: [1_000, 500] };
  const bytes = weigh(state);
  expect(bytes - weigh(empty)).toBe(1_500 + 2 * 8);
  expect(weigh({ ...state, rents: [1_000] }, { state, bytes })).toBe(bytes - 500 - 8);
});
