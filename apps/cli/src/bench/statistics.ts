/** The middle of some numbers; of an even count the mean of the two in the middle. NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
};

/** The smallest value that at least this share (0 to 1) of the values do not exceed (nearest rank). NaN of none. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
};

/** What one round of load came to. */
export interface Round {
  readonly done: number;
  readonly seconds: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

/** What the rounds of one contender came to, taken together. */
export interface Summary {
  /** Median of the rounds' rates. */
  readonly perSecond: number;
  /** Over all requests of all rounds, ms. */
  readonly p50: number;
  readonly p99: number;
}

/** Medians of the rounds' rates, quantiles of all their requests. */
export const summaryOf = (rounds: readonly Round[]): Summary => {
  const latencies = rounds.flatMap((round) => round.latencies);
  return {
    perSecond: median(rounds.map(({ done, seconds }) => done / seconds)),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
};

/** Somebody who can be measured. */
export interface Contender {
  readonly name: string;
  readonly round: () => Promise<Round>;
}

/**
 * Lets everyone have so many rounds, taking turns, so that what the machine does meanwhile hits all alike. Whoever is
 * told of a round is waited for before the next one.
 */
export const inTurns = async (
  contenders: readonly Contender[],
  rounds: number,
  onRound: (name: string, round: Round) => unknown,
): Promise<ReadonlyMap<string, Summary>> => {
  const results = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const { name, round } of contenders) {
      const result = await round();
      results.get(name)?.push(result);
      await onRound(name, result);
    }
  }
  return new Map([...results].map(([name, each]) => [name, summaryOf(each)]));
};

/**
 * Calls `work` for so long, `atOnce` calls in flight. Each of the lanes calls again as soon as its last call has
 * ended; the time of each call is noted.
 */
export const load = async (atOnce: number, ms: number, work: (lane: number) => Promise<void>): Promise<Round> => {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const lane = async (index: number): Promise<void> => {
    for (let began = performance.now(); began - startedAt < ms; began = performance.now()) {
      await work(index);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => lane(index)));
  return { done: latencies.length, seconds: (performance.now() - startedAt) / 1000, latencies };
};
