/** How far a piece of work has come, and how fast it goes. */
export interface Pace {
  readonly done: number;
  readonly total: number;
  /** Units per second, lately; 0 until two readings were taken. */
  readonly perSecond: number;
  /** Undefined while nothing is known yet. */
  readonly secondsLeft: number | undefined;
}

/** One reading. */
interface Reading {
  readonly atMs: number;
  readonly done: number;
}

const windowMs = 10_000;

/** Tells the rate over the last ten seconds, so that neither a slow start nor a pause is remembered for ever. */
export class PaceMeter {
  private readings: readonly Reading[] = [];

  constructor(
    private total: number,
    startedAtMs: number,
  ) {
    this.readings = [{ atMs: startedAtMs, done: 0 }];
  }

  /** Takes a reading. Work that was done before this run counts from the first reading on, not into the rate. */
  at(atMs: number, done: number): Pace {
    const recent = this.readings.filter((reading) => reading.atMs >= atMs - windowMs);
    this.readings = [...(recent.length === 0 ? this.readings.slice(-1) : recent), { atMs, done }];
    const [first] = this.readings;
    const seconds = first === undefined ? 0 : (atMs - first.atMs) / 1000;
    const perSecond = first === undefined || seconds <= 0 ? 0 : (done - first.done) / seconds;
    const secondsLeft = perSecond > 0 ? Math.max(0, this.total - done) / perSecond : undefined;
    return { done, total: this.total, perSecond, secondsLeft };
  }

  /** Starts measuring again from work that was done before. */
  resumeFrom(atMs: number, done: number): void {
    this.readings = [{ atMs, done }];
  }

  /** Corrects how much there is to do. */
  expect(total: number): void {
    this.total = total;
  }
}
