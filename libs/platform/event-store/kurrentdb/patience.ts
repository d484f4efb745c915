/** How long the server is waited for, in milliseconds, before it counts as unavailable. */
export interface Patience {
  /** For the first answer, when the log is opened. */
  readonly startMs: number;
  /** For the answer to one append; after three times that time it is given up. */
  readonly appendMs: number;
  /** For the next event of a read. */
  readonly readMs: number;
  /** For a subscription to be confirmed. */
  readonly confirmMs: number;
  /** For another writer to finish what it announced, before it is kept from doing so. */
  readonly takeOverMs: number;
}

/** What an ordinary server is granted. */
export const defaultPatience: Patience = {
  startMs: 10_000,
  appendMs: 3_000,
  readMs: 8_000,
  confirmMs: 5_000,
  takeOverMs: 500,
};

/** There was no answer in time. What was asked for may still happen. */
export class TimedOut extends Error {
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms} ms.`);
    this.name = 'TimedOut';
  }
}

/** The answer, or {@link TimedOut}. The question goes on unheard: nobody can take it back. */
export const within = <T>(answer: Promise<T>, ms: number, what: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimedOut(what, ms)), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
