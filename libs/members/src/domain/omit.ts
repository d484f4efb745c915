/** A copy of an object without some of its fields. */
export const omit = <T extends object, K extends keyof T>(value: T, ...fields: readonly K[]): Omit<T, K> => {
  const copy = { ...value };
  for (const field of fields) delete copy[field];
  return copy;
};
