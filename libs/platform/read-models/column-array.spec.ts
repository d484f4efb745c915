import { columnArray } from './column-array';

/** The elements of a binary array, as hexadecimal texts. */
const elements = (array: Buffer | string): readonly (string | null)[] => {
  if (typeof array === 'string') throw new TypeError(`${array} is not binary.`);
  const found: (string | null)[] = [];
  for (let at = 20; at < array.length;) {
    const length = array.readInt32BE(at);
    found.push(length < 0 ? null : array.toString('hex', at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return found;
};

it.each([
  ['integer', [1, null, -1], ['00000001', null, 'ffffffff']],
  ['bigint', [Number.MAX_SAFE_INTEGER, -2], ['001fffffffffffff', 'fffffffffffffffe']],
  ['boolean', [true, undefined, false], ['01', null, '00']],
  ['text', ['é', '', 'x,"y"'], ['c3a9', '', '782c227922']],
  ['timestamp with time zone', [946_684_800_000, 946_684_800_001], ['0000000000000000', '00000000000003e8']],
  ['timestamp with time zone', [946_684_799_999], ['fffffffffffffc18']],
])('%s %j travels in binary form', (type, values, expected) =>
  expect(elements(columnArray(type, values))).toEqual(expected),
);

it('its head names the element type, how many there are, and whether some are none', () => {
  const array = columnArray('text', ['a', null]);
  expect(typeof array === 'string' ? array : array.toString('hex', 0, 20)).toBe(
    ['00000001', '00000001', '00000019', '00000002', '00000001'].join(''),
  );
});

it.each([
  ['integer', [1.5, 2], '{1.5,2}'],
  ['integer', [2_147_483_648], '{2147483648}'],
  ['bigint', [2 ** 60], '{1152921504606847000}'],
  ['text', [7, 'x'], '{7,"x"}'],
  ['boolean', ['maybe'], '{"maybe"}'],
  ['timestamp with time zone', [0.5, 'infinity'], '{"1970-01-01T00:00:00.000Z","infinity"}'],
  ['jsonb', [{ a: ['b'] }, null], '{"{\\"a\\":[\\"b\\"]}",NULL}'],
  ['date', ['2026-03-01'], '{"2026-03-01"}'],
  ['integer', [], '{}'],
])('%s %j travels as text, so that the server says what is wrong', (type, values, expected) =>
  expect(columnArray(type, values)).toBe(expected),
);
