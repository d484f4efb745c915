import type { DataSource } from 'typeorm';
import type { Part } from '#libs/platform/runtime/lifecycle';
import { messageOf } from '#libs/platform/runtime/report';
import type { Report } from '#libs/platform/runtime/report';
import { Wakeable, backOff } from '#libs/platform/runtime/wakeable';
import { waitForLock } from './advisory-lock';
import type { LockedConnection } from './advisory-lock';

/** How the holder of a lock makes sure that it still is. */
export interface TurnSettings {
  /** How often it looks, ms. */
  readonly lookEveryMs: number;
  /** After this long without an answer the lock counts as lost, ms. */
  readonly patienceMs: number;
}

const defaultTurnSettings: TurnSettings = { lookEveryMs: 3_000, patienceMs: 10_000 };

/** A lock lives as long as its connection: whether that still answers, within a while. */
const isHeld = async ({ connection }: LockedConnection, patienceMs: number): Promise<boolean> => {
  let patience: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (patience = setTimeout(() => resolve(false), patienceMs)));
  const asked = connection.query('SELECT 1').then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(patience));
};

/**
 * Runs a part in one process at a time: the others wait for their turn. Whoever finds that the lock's connection is gone,
 * as after every restart of the database, stops the part and waits for the lock again; so a part must be one that can be
 * started again. This saves work, nothing rests on it: until that is found two may run, and what they do is the same
 * thing under the same keys.
 */
export class OnlyOneProcess implements Part {
  readonly name: string;
  private readonly wait = new Wakeable();
  private running: Promise<void> | undefined;

  constructor(
    private readonly source: DataSource,
    private readonly part: Part,
    private readonly report: Report,
    private readonly settings: TurnSettings = defaultTurnSettings,
  ) {
    this.name = part.name;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Stops the part, if it is its turn. Rejects when the part does not stop cleanly. */
  async stop(): Promise<void> {
    this.wait.end();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let failures = 1; !this.wait.ended; failures += 1) {
      try {
        const lock = await waitForLock(this.source, this.name, this.wait);
        if (lock === undefined) return;
        await this.turn(lock);
        failures = 0;
      } catch (error) {
        if (this.wait.ended) throw error;
        this.report('part-not-started', { name: this.name, error: messageOf(error) });
        await this.wait.pause(backOff(failures));
      }
    }
  }

  /** From getting the lock until the end, or until it is lost. */
  private async turn(lock: LockedConnection): Promise<void> {
    let held = true;
    try {
      await this.part.start();
      while (held && !this.wait.ended) {
        await this.wait.pause(this.settings.lookEveryMs);
        if (!this.wait.ended) held = await isHeld(lock, this.settings.patienceMs);
      }
      if (!held) this.report('turn-lost', { name: this.name });
      await this.part.stop();
    } finally {
      // What does not answer is not waited for: it may never do so.
      const released = lock.release();
      if (held) await released;
      else released.catch(() => undefined);
    }
  }
}
