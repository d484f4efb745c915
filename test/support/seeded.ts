/** Chance that can be repeated: the same seed, the same course. */
export class Seeded {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** The seed of `FAULT_SEED`, or a new one; printed, so that a failure can be repeated. */
  static announced(what: string): Seeded {
    const given = process.env['FAULT_SEED'];
    const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
    process.stdout.write(`${what}: FAULT_SEED=${seed}\n`);
    return new Seeded(seed);
  }

  /** A number from 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One of these. */
  pick<T>(from: readonly T[]): T {
    const found = from[this.between(0, from.length - 1)];
    if (found === undefined) throw new Error('There is nothing to pick from.');
    return found;
  }

  /** All of these in another order. */
  shuffled<T>(all: readonly T[]): T[] {
    return all
      .map((each) => [this.next(), each] as const)
      .sort(([left], [right]) => left - right)
      .map(([, each]) => each);
  }
}

/** Whether the fault tests run in full (`npm run test:faults`), or as part of all tests. */
export const isFullForm = process.env['FAULT_ROUNDS'] !== undefined;

/** How many rounds a fault test runs: `FAULT_ROUNDS`, 3 unless told. */
export const faultRounds = Number(process.env['FAULT_ROUNDS'] ?? 3);
