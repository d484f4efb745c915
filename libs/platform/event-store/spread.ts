/**
 * Spreads names evenly (FNV-1a, 32 bits, whose lowest bit is the parity of the letters' and even for all numbers with a
 * check digit as EAN has it: hence the upper half over the lower).
 */
export const spread = (name: string): number => {
  let sum = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) sum = Math.imul(sum ^ name.charCodeAt(index), 0x01000193);
  return (sum ^ (sum >>> 16)) >>> 0;
};
