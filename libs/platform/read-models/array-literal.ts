const needsEscape = /["\\]/;

const element = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return needsEscape.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
};

/** Values as the text of a PostgreSQL array: `{1,"a",NULL}`. One parameter carries a whole column of rows. */
export const arrayLiteral = (values: readonly unknown[]): string => `{${values.map(element).join(',')}}`;
