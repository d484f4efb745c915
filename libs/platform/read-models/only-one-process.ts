import type { DataSource } from 'typeorm';
import type { Part } from '#libs/platform/runtime/lifecycle';
import { messageOf } from '#libs/platform/runtime/report';
import type { Report } from '#libs/platform/runtime/report';
import { Wakeable, backOff } from '#libs/platform/runtime/wakeable';
import { waitForLock } from './advisory-lock';
import type { LockedConnection } from './advisory-lock';

/**
 * Runs a part in one process at a time: the others wait for their turn. This saves work, nothing rests on it: should
 * the lock's connection break, two may run for a while, and what they do is the same thing under the same keys.
 */
export class OnlyOneProcess implements Part {
  readonly name: string;
  private readonly wait = new Wakeable();
  private waiting: Promise<LockedConnection | undefined> | undefined;

  constructor(
    private readonly source: DataSource,
    private readonly part: Part,
    private readonly report: Report,
  ) {
    this.name = part.name;
  }

  start(): void {
    this.waiting = this.begin();
  }

  async stop(): Promise<void> {
    this.wait.end();
    const lock = await this.waiting;
    if (lock === undefined) return;
    await this.part.stop();
    await lock.release();
  }

  private async begin(): Promise<LockedConnection | undefined> {
    for (let failures = 1; !this.wait.ended; failures += 1) {
      try {
        const lock = await waitForLock(this.source, this.name, this.wait);
        if (lock !== undefined) await this.part.start();
        return lock;
      } catch (error) {
        this.report('part-not-started', { name: this.name, error: messageOf(error) });
        await this.wait.pause(backOff(failures));
      }
    }
    return undefined;
  }
}
