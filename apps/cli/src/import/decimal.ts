const plainOrScientific = /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/** A decimal number taken apart: `digits × 10^exponent`, exactly as written. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const parseDecimal = (text: string): Decimal | undefined => {
  const parts = plainOrScientific.exec(text.trim());
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  return { digits: BigInt(`${sign}${whole}${fraction}`), exponent: Number(exponent) - fraction.length };
};

/** A deviation below a millionth of a minor unit is what binary arithmetic left behind, such as `4.4e-16` for 0. */
const residue = 1_000_000n;

/**
 * The whole number of minor units in a decimal text, without floats: `'11.87'` with scale 2 is 1187. Scientific
 * notation counts as written. `undefined` when the text is no number, does not come out even (`'1.005'`; what binary
 * arithmetic left behind is dropped) or exceeds 2^53.
 */
export const minorUnits = (text: string, scale: number): number | undefined => {
  const decimal = parseDecimal(text);
  if (decimal === undefined) return undefined;
  const shift = decimal.exponent + scale;
  if (shift >= 0) return safe(decimal.digits * 10n ** BigInt(shift));
  const unit = 10n ** BigInt(-shift);
  const nearest = divideHalfUp(decimal.digits, unit);
  const deviation = decimal.digits - nearest * unit;
  const size = deviation < 0n ? -deviation : deviation;
  return size * residue < unit ? safe(nearest) : undefined;
};

/**
 * An identifier that a statistics program may have written as a number: `4.0128e+10` is 40128000000, as its shortest
 * form. Anything else is returned as it is, without spaces around it.
 */
export const identifier = (text: string): string => {
  const trimmed = text.trim();
  if (!/^\d+(\.\d+)?e\+?\d+$/i.test(trimmed)) return trimmed;
  const decimal = parseDecimal(trimmed);
  return decimal === undefined || decimal.exponent < 0
    ? trimmed
    : (decimal.digits * 10n ** BigInt(decimal.exponent)).toString();
};

const divideHalfUp = (value: bigint, unit: bigint): bigint => {
  const doubled = value * 2n + unit;
  const quotient = doubled / (unit * 2n);
  return doubled < 0n && quotient * unit * 2n !== doubled ? quotient - 1n : quotient;
};

const safe = (value: bigint): number | undefined => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
};
