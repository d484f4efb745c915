import fc from 'fast-check';
import { toText } from '#libs/platform/kernel/instant';
import { currency, identifier, instant, nothing, reason, shortText, timeZone } from './fields';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

it.each(['S1', '317', 'anna@example.com', 'a.b_c:d+e-f', 'x'.repeat(64)])('%j is an identifier', (text) =>
  expect(accepts(identifier, text)).toBe(true),
);

it.each(['', '-1', '.', 'a/b', 'a b', 'é', 'a\n', 'x'.repeat(65), 1, null])('%j is none', (value) =>
  expect(accepts(identifier, value)).toBe(false),
);

it('every identifier stands in a path unescaped, but for what a path may escape', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,20}$/), (text) => {
      expect(accepts(identifier, text)).toBe(true);
      expect(new URL(`http://host/${text}`).pathname).toBe(`/${text}`);
    }),
  );
});

it('reads every instant that we write', () => {
  const instants = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 11, 31) });
  fc.assert(fc.property(instants, (at) => expect(instant.parse(toText(at))).toBe(at)));
});

it.each([
  ['2026-03-01T18:20:00+11:00', '2026-03-01T07:20:00.000Z'],
  ['2026-03-01T00:00:00-03:30', '2026-03-01T03:30:00.000Z'],
  ['2024-02-29T23:59:59.5Z', '2024-02-29T23:59:59.500Z'],
  ['2026-03-01T18:20:00.123456789Z', '2026-03-01T18:20:00.123Z'],
])('reads %s', (text, utc) => expect(toText(instant.parse(text))).toBe(utc));

it.each([
  '2026-03-01',
  '2026-03-01T18:20:00',
  '2026-03-01 18:20:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-03-01T24:00:00Z',
  '2026-03-01T18:60:00Z',
  '+02026-03-01T00:00:00Z',
  'Sun, 01 Mar 2026 18:20:00 GMT',
  1_772_323_200_000,
])('%j is no instant', (value) => expect(accepts(instant, value)).toBe(false));

it('knows zones by their IANA names and UTC', () => {
  for (const zone of [...Intl.supportedValuesOf('timeZone'), 'UTC']) expect(accepts(timeZone, zone)).toBe(true);
  for (const none of ['', 'Melbourne', 'Australia/Melburne', 'x'.repeat(100), 10])
    expect(accepts(timeZone, none)).toBe(false);
});

it('knows currencies by their ISO codes', () => {
  for (const code of ['AUD', 'CNY', 'JPY', 'KWD', 'EUR']) expect(accepts(currency, code)).toBe(true);
  for (const none of ['aud', 'AU', 'ZZZ', '', 'constructor', 36]) expect(accepts(currency, none)).toBe(false);
});

it('takes names in every script, of one line', () => {
  for (const name of ['Collins Street', '欧托元', 'Café №7', 'a'.repeat(200)])
    expect(accepts(shortText, name)).toBe(true);
  for (const none of ['', 'a'.repeat(201), 'two\nlines', 'bell\u0007', 'zero\u0000', 'half a \ud83d'])
    expect(accepts(shortText, none)).toBe(false);
});

it('takes no field where none is expected', () => {
  expect(accepts(nothing, {})).toBe(true);
  expect(accepts(nothing, { a: 1 })).toBe(false);
});

describe('a reason', () => {
  it.each([
    'lost',
    'Goodwill: goods came late, see #17',
    '补偿 迟到',
    'ticket 000123 of 2026-03-01 at 18:20',
    '2026-03-01 000123',
    'closed 2026-12-24 - 2026-12-27',
    'order 12345678',
    'gold + 500000 points',
    'x'.repeat(100),
  ])('may be %j', (text) => expect(accepts(reason, text)).toBe(true));

  it.each([
    '',
    ' lost',
    'two\nlines',
    'x'.repeat(101),
    'ask ada@example.com',
    'rang from +61 400 000 001',
    'rang from 0400-000-001',
    '(03) 9123 4567',
    'card 9000000000000008',
    '９０００ ００００ ００００ ０００８',
    '2026-03-010400000001',
    'call +29022158',
    'call + (290) 22158',
    'call +4179 2000-10-10',
    'call 4179 2000-10-10',
  ])('may not be %j', (text) => expect(accepts(reason, text)).toBe(false));

  it('holds no number that a member is found by, however it is written', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('', ' ', '.', ') ')), {
          minLength: 11,
          maxLength: 16,
        }),
        (digits) => {
          const text = digits.map(([digit, space]) => `${digit}${space}`).join('');
          expect(accepts(reason, `call ${text} back`)).toBe(false);
        },
      ),
    ));
});
