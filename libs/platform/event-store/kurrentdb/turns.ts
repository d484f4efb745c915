/**
 * Lets whoever touches the same keys take turns, in the order in which they came. A turn waits for all of its keys at
 * once, and places in all queues are taken at once, so no two can wait for each other.
 */
export class Turns {
  private readonly lasts = new Map<string, Promise<void>>();

  /** How many keys somebody holds or waits for. */
  get size(): number {
    return this.lasts.size;
  }

  /** Does the work once everyone before it that touches one of its keys is done, however that ended. */
  async run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.lasts.get(key) ?? []);
    let leave = (): void => undefined;
    const done = new Promise<void>((resolve) => (leave = resolve));
    for (const key of keys) this.lasts.set(key, done);
    try {
      if (before.length > 0) await Promise.all(before);
      return await work();
    } finally {
      leave();
      for (const key of keys) if (this.lasts.get(key) === done) this.lasts.delete(key);
    }
  }
}
