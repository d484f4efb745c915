import { DatabaseError } from 'pg';

/** Class 22 of SQLSTATE, "data exception" (PostgreSQL, appendix A): a text with NUL is one. */
const dataException = /^22/;

/** Whether the server refused what a statement said; whatever else went wrong, no other statement fares better. */
export const isOverData = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof DatabaseError && dataException.test(error.cause.code ?? '');
