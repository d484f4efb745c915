/** A whole number with separators of thousands: `47,243`. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-GB');

/** From here on a number with one decimal would be rounded to ten. */
const almostTen = 9.95;

/** A rate per second, with a decimal below ten. */
export const rate = (perSecond: number): string =>
  `${perSecond < almostTen ? perSecond.toFixed(1) : count(perSecond)}/s`;

/** A length of time for people: `850 ms`, `12 s`, `3 min 20 s`. */
export const duration = (seconds: number): string => {
  const milliseconds = Math.round(seconds * 1000);
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const whole = Math.round(seconds);
  if (whole < 90) return `${seconds < almostTen ? seconds.toFixed(1) : whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

/** A share as whole per cent, never more than 100. */
export const percent = (done: number, total: number): string =>
  `${total <= 0 ? 100 : Math.min(100, Math.floor((done / total) * 100))} %`;
