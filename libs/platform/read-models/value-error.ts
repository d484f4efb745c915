/** True for errors that lie in the values: PostgreSQL's classes 22 (data) and 23 (integrity), and encodings. */
export const isValueError = (error: unknown): boolean => {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^2[23]/.test(code);
};
