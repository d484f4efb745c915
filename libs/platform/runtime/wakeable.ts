/** How long to wait after so many failures in a row, ms: doubling from 50 to 5,000, less a random part of up to half. */
export const backOff = (failures: number): number =>
  Math.min(5_000, 50 * 2 ** Math.min(failures - 1, 10)) * (1 - Math.random() / 2);

/** Waiting that can be cut short. */
export class Wakeable {
  private woken = false;
  private over = false;
  private readonly sleepers = new Set<{ readonly deep: boolean; readonly rise: () => void }>();

  /** True once {@link end} was called: nobody waits any more. */
  get ended(): boolean {
    return this.over;
  }

  /** Forgets earlier calls of {@link wake}; a later one ends the next sleep, even if it comes before it. */
  reset(): void {
    this.woken = false;
  }

  /** Ends a {@link sleep}, the present or the next one. */
  wake(): void {
    this.woken = true;
    for (const sleeper of this.sleepers) if (!sleeper.deep) sleeper.rise();
  }

  /** Ends every wait, for good. */
  end(): void {
    this.over = true;
    for (const sleeper of this.sleepers) sleeper.rise();
  }

  /** Waits until woken, at most this long. */
  sleep(ms: number): Promise<void> {
    return this.woken ? Promise.resolve() : this.wait(ms, false);
  }

  /** Waits this long, and is not woken. */
  pause(ms: number): Promise<void> {
    return this.wait(ms, true);
  }

  private wait(ms: number, deep: boolean): Promise<void> {
    if (this.over) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        deep,
        rise: () => {
          clearTimeout(timer);
          this.sleepers.delete(sleeper);
          resolve();
        },
      };
      const timer = setTimeout(sleeper.rise, ms);
      this.sleepers.add(sleeper);
    });
  }
}
