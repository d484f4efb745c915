/** Something that runs in the background of a process. */
export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void>;
}

/** Starts parts one after the other and stops them in the opposite order. */
export class Lifecycle {
  private started: readonly Part[] = [];

  constructor(private readonly parts: readonly Part[]) {}

  /** Starts all parts. When one cannot start, those that have are stopped again, and its error is thrown. */
  async start(): Promise<void> {
    for (const part of this.parts) {
      try {
        await part.start();
        this.started = [part, ...this.started];
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  /** Stops what was started, each part even when another could not stop; then throws what went wrong, if anything. */
  async stop(): Promise<void> {
    const stopping = this.started;
    this.started = [];
    const errors: unknown[] = [];
    for (const part of stopping) await part.stop().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, 'Some parts did not stop cleanly.');
  }
}
