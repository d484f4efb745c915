import fc from 'fast-check';
import { parseTraceParent, traceParentOf } from './trace-parent';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((text) => !/^0+$/.test(text));

it('reads what it writes', () =>
  fc.assert(
    fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
      const span = { traceId, spanId, traceFlags };
      expect(parseTraceParent(traceParentOf(span))).toEqual({ ...span, isRemote: true });
    }),
  ));

it.each([
  undefined,
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  '',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
  '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01',
])('does not take %j for one', (text) => expect(parseTraceParent(text)).toBeUndefined());

it('keeps only the flag that it knows', () =>
  expect(parseTraceParent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff')?.traceFlags).toBe(1));
