import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';
import { TooBusy } from './command-runner';
import type { Idempotency, Outcome } from './command-runner';
import { uuidFrom } from './deterministic-id';
import { backOff } from './wakeable';

/** Why a command is given that nobody asked for: which policy or timer, and under which key a repeat is recognised. */
export interface Origin {
  readonly idempotency: Idempotency;
  /** The instant at which the command counts as given. */
  readonly now: Instant;
  /** Stored with the events: who acted (`policy:book-awards`), and the event that caused it. */
  readonly meta: Readonly<Record<string, string>>;
}

/** Brings a command of a policy or timer to its context. */
export type Dispatcher<C> = (command: C, origin: Origin) => Promise<Outcome<string>>;

const causeNamespace = '0b7c3f52-7f4e-5c55-8c56-2f3b1f5a9d11';

/** The idempotency of the `index`-th command that a cause led to. The request is not compared: the key says it all. */
export const causedBy = (actor: string, cause: string, index: number): Idempotency => {
  const key = uuidFrom(causeNamespace, `${actor}/${cause}/${index}`);
  return { credential: actor, key, requestHash: key };
};

/** True for errors that trying again does not cure: mistakes in the program rather than a neighbour that is away. */
export const isMistake = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  error instanceof SyntaxError;

/** Calls again while the store is away or the stream is crowded, a few times; then the error is the caller's. */
export const withRetries = async <T>(call: () => Promise<T>, attempts = 6): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attempts || !(error instanceof StoreUnavailable || error instanceof TooBusy)) throw error;
      await new Promise((resolve) => setTimeout(resolve, backOff(attempt)));
    }
  }
};

const grouped = <T>(items: readonly T[], groupOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(groupOf(item));
    if (group === undefined) groups.set(groupOf(item), [item]);
    else group.push(item);
  }
  return groups;
};

/**
 * Does the work for every item: those of one lane one after the other, different lanes side by side, at most
 * `concurrency` of them. All lanes come to their end, or to their first error, before the first error is thrown.
 */
export const inLanes = async <T>(
  items: readonly T[],
  laneOf: (item: T) => string,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const lanes = [...grouped(items, laneOf).values()];
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
      try {
        for (const item of lane) await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes.length) }, worker));
  if (errors.length > 0) throw errors[0];
};
