import { spread } from './spread';

const numbers = Array.from({ length: 20_000 }, (_, index) => index);

/** A GTIN-13 (GS1 General Specifications, 7.9): twelve digits, weighed 1 and 3 by turns, and what lacks to a multiple of 10. */
const gtin = (index: number): string => {
  const digits = `290${String(index * 37).padStart(9, '0')}`;
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
};

it('is known by its check digits', () => expect(gtin(1)).toBe('2900000000377'));

it.each<[string, (index: number) => string]>([
  ['counted up', (index) => `account-${index}`],
  ['counted up in full length', (index) => `account-${String(index).padStart(10, '0')}`],
  ['GTINs', (index) => `account-${gtin(index)}`],
  ['tills', (index) => `till-S${index % 500}/T${Math.floor(index / 500)}`],
])('names that are %s go to 2, 3 and 4 in equal parts', (_, nameOf) => {
  for (const parts of [2, 3, 4]) {
    const counts = Array.from({ length: parts }, () => 0);
    for (const index of numbers) counts[spread(nameOf(index)) % parts]! += 1;
    for (const count of counts) expect(Math.abs(count - numbers.length / parts)).toBeLessThan(numbers.length / 20);
  }
});
