type Step = () => Promise<unknown>;

/** What has been opened and how it is closed, last opened first. */
export class Undo {
  private readonly steps: Step[] = [];

  /** Remembers how to close a thing; answers the thing. */
  add<T>(opened: T, close: (opened: T) => Promise<unknown>): T {
    this.steps.push(() => close(opened));
    return opened;
  }

  /** Closes everything once. A part that does not close does not keep the others open; the first failure is thrown. */
  async all(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
