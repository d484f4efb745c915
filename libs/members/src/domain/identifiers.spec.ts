import { cardNumber } from './card-numbers';
import { normalCard, normalEmail, normalPhone, readIdentifier } from './identifiers';

const card = cardNumber('12345678901234');

describe('a phone number', () => {
  it.each([
    ['+61400000001', '+61400000001'],
    ['+61 400 000 001', '+61400000001'],
    ['+61 (4) 00-00.0001', '+61400000001'],
    ['+86\u2011138\u20110000\u20110000', '+8613800000000'],
  ])('%j reads %j', (text, normal) => expect(normalPhone(text)).toBe(normal));

  it.each(['0400000001', '61400000001', '+0400000001', '+61', '+6140000000112345', '+61 4x0 000 001', ''])(
    '%j is none',
    (text) => expect(normalPhone(text)).toBeUndefined(),
  );
});

it('an address reads the same however it is typed', () =>
  expect(normalEmail('  Ada.Lovelace@Example.COM ')).toBe('ada.lovelace@example.com'));

it('a card reads the same in groups of four', () =>
  expect(normalCard(`${card.slice(0, 4)} ${card.slice(4, 8)}-${card.slice(8)}`)).toBe(card));

describe('what is typed at the till', () => {
  it.each([
    [card, { kind: 'card', value: card }],
    ['+61 400 000 001', { kind: 'phone', value: '+61400000001' }],
    ['ADA@example.com', { kind: 'email', value: 'ada@example.com' }],
  ])('%j is recognised', (text, identifier) => expect(readIdentifier(text)).toEqual(identifier));

  it.each(['', 'Ada', '1234', '4242424242424242', '0400000001'])('%j can be no identifier', (text) =>
    expect(readIdentifier(text)).toBeUndefined(),
  );
});
