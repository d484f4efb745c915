/**
 * How long to work without letting others have a turn, ms: requests wait no longer than this, and what a database sends
 * meanwhile is taken from its socket before that is full and the database has to wait.
 */
const sliceMs = 1;

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How many items to work through between two looks at the clock: a power of two, less one. */
const looksEvery = 15;

/** Works through items one after another, in slices of a millisecond. */
export const inSlices = async <T>(items: readonly T[], work: (item: T) => void): Promise<void> => {
  let began = performance.now();
  let done = 0;
  for (const item of items) {
    work(item);
    done += 1;
    if ((done & looksEvery) !== 0 || performance.now() - began < sliceMs) continue;
    await othersTurn();
    began = performance.now();
  }
};
