/** Digits of a card number, the check digit included: what till scanners and magnetic stripes expect. */
export const CARD_DIGITS = 16;

/** Cards begin with 9, which ISO/IEC 7812 leaves to national bodies: no payment card begins so. */
export const CARD_PREFIX = '9';

/** Random digits that a new number needs: 10^14 numbers, so that knowing some tells nothing of the others. */
export const RANDOM_DIGITS = CARD_DIGITS - CARD_PREFIX.length - 1;

/** Σ of the digits, every second one from the right doubled and cast out by nines (ISO/IEC 7812-1, annex B). */
const luhnSum = (digits: string): number =>
  [...digits].reverse().reduce((sum, digit, index) => {
    const doubled = index % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return sum + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);

/** The card number with these random digits ({@link RANDOM_DIGITS} of them): prefix, digits, check digit. */
export const cardNumber = (randomDigits: string): string => {
  const body = `${CARD_PREFIX}${randomDigits}`;
  return `${body}${(10 - (luhnSum(`${body}0`) % 10)) % 10}`;
};

/** True for 16 digits with our prefix whose check digit is right: any single wrong digit makes it false. */
export const isCardNumber = (text: string): boolean =>
  text.length === CARD_DIGITS && text.startsWith(CARD_PREFIX) && /^\d+$/.test(text) && luhnSum(text) % 10 === 0;

/** All but the last four digits hidden, for people who may know that there is a card but not which. */
export const maskedCardNumber = (number: string): string => `•••• ${number.slice(-4)}`;
