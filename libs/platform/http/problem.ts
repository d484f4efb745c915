/** One field that did not validate: where, as in `lines[0].quantity`, and why. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** What a problem may carry besides its code, status and detail. */
export interface ProblemExtras {
  readonly errors?: readonly FieldError[];
  /** Seconds after which the same request may succeed; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/**
 * An answer that is not what was asked for, as RFC 9457 describes it. Controllers and guards of the edge throw it; the
 * core never does (it refuses with values).
 */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }

  /** The body, JSON text of the type `application/problem+json`. */
  toText(): string {
    const { errors } = this.extras;
    return JSON.stringify({
      type: `urn:regulars:problem:${this.code}`,
      title: titleOf(this.code),
      status: this.status,
      detail: this.detail,
      ...(errors === undefined ? {} : { errors }),
    });
  }
}

/** `in-debt` → `In debt`: the code is the title's only source, so the two never differ. */
const titleOf = (code: string): string => {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A problem to throw from a controller. `code` in kebab-case, `detail` one English sentence for the person reading. */
export const problem = (code: string, status: number, detail?: string, extras?: ProblemExtras): Problem =>
  new Problem(code, status, detail ?? `${titleOf(code)}.`, extras);

/** 404 with the code `<what>-not-found`. */
export const notFound = (what: string, id: string): Problem =>
  problem(`${what}-not-found`, 404, `There is no ${what.replaceAll('-', ' ')} ${JSON.stringify(id)}.`);

/** 400 `validation` with every field that is wrong. */
export const invalid = (errors: readonly FieldError[]): Problem =>
  problem('validation', 400, 'The request does not have the form this route expects.', { errors });

/** 400 `validation` for one field, for rules that a schema cannot express (the currency must be the store's). */
export const invalidField = (path: string, message: string): Problem => invalid([{ path, message }]);
