const lookEveryMs = 5;

/** So many looks in a row must find nobody waiting: between two batches of appends a busy till is idle for a moment. */
const quietLooks = 10;

/** How much of the processor background work may take while the tills are busy. */
export interface Politeness {
  /** Commands that run or wait at the moment. */
  readonly inFlight: () => number;
  /** The share of time, above 0 and at most 1, that background work may take while there are any. */
  readonly share: number;
  /** The longest wait between two batches, ms. */
  readonly longestMs: number;
}

/**
 * A pace that gives way: after a batch it waits while commands are in flight, until the batch's time has come down to
 * the allowed share or nobody has waited for a while. Facts that gather meanwhile make the next batch larger and so
 * cheaper.
 */
export const politePace =
  ({ inFlight, share, longestMs }: Politeness) =>
  async (workedMs: number): Promise<void> => {
    const until = performance.now() + Math.min(longestMs, workedMs * (1 / share - 1));
    for (let quiet = inFlight() > 0 ? 0 : quietLooks; quiet < quietLooks; quiet = inFlight() > 0 ? 0 : quiet + 1) {
      const left = until - performance.now();
      if (left <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, lookEveryMs)));
    }
  };
