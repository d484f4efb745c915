import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Checkpoints, Parked, Parking } from '#libs/platform/runtime/checkpoints';

/** Checkpoints in memory: everything is followed from the beginning after a restart. */
export class MemoryCheckpoints implements Checkpoints, Parking {
  readonly parked: Parked[] = [];
  private readonly positions = new Map<string, LogPosition>();

  async read(name: string): Promise<LogPosition | undefined> {
    return this.positions.get(name);
  }

  async write(name: string, position: LogPosition): Promise<void> {
    this.positions.set(name, position);
  }

  async park(entry: Parked): Promise<void> {
    this.parked.push(entry);
  }
}
