import fc from 'fast-check';
import { CARD_DIGITS, cardNumber, isCardNumber, maskedCardNumber, RANDOM_DIGITS } from './card-numbers';

const randomDigits = fc.stringMatching(new RegExp(`^\\d{${RANDOM_DIGITS}}$`));

describe('a card number', () => {
  it('has 16 digits, our prefix and a right check digit, whatever the random digits', () =>
    fc.assert(
      fc.property(randomDigits, (digits) => {
        const number = cardNumber(digits);
        expect(number).toHaveLength(CARD_DIGITS);
        expect(number.slice(0, -1)).toBe(`9${digits}`);
        expect(isCardNumber(number)).toBe(true);
      }),
    ));

  it('with one wrong digit is none', () =>
    fc.assert(
      fc.property(randomDigits, fc.nat(CARD_DIGITS - 1), fc.integer({ min: 1, max: 9 }), (digits, place, shift) => {
        const number = cardNumber(digits);
        const wrong = (Number(number.charAt(place)) + shift) % 10;
        expect(isCardNumber(`${number.slice(0, place)}${wrong}${number.slice(place + 1)}`)).toBe(false);
      }),
    ));

  it('takes the check digit of Luhn: 79927398713 is his classic example, our 9 in front adds 9 to its sum', () =>
    expect(cardNumber('00007992739871')).toBe('9000079927398714'));

  it.each(['', '9', '4242424242424242', '90000000000000000', '900000000000000x', '９000000000000000'])(
    'is not %j',
    (text) => expect(isCardNumber(text)).toBe(false),
  );

  it('shows only its last four digits where it must not be known', () =>
    expect(maskedCardNumber('9123456789012345')).toBe('•••• 2345'));
});
