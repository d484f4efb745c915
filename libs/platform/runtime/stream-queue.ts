import { TooBusy } from './command-runner';

/**
 * Turns on streams: one holder per stream, the others wait in the order of their arrival. Streams do not wait for each
 * other.
 */
export class StreamQueue {
  private readonly lanes = new Map<string, (() => void)[]>();
  private held = 0;

  /** @param limit how many may wait for one stream, its holder not counted */
  constructor(private readonly limit: number) {}

  /** How many hold a turn or wait for one, over all streams. */
  get size(): number {
    return this.held;
  }

  /**
   * Takes a turn: `undefined` when it is free, otherwise a promise of it. Every turn must be given back.
   * @throws TooBusy when too many wait already
   */
  enter(streamId: string): Promise<void> | undefined {
    const lane = this.lanes.get(streamId);
    if (lane === undefined) {
      this.held += 1;
      this.lanes.set(streamId, []);
      return undefined;
    }
    if (lane.length >= this.limit) throw new TooBusy(streamId);
    this.held += 1;
    return new Promise((resolve) => lane.push(resolve));
  }

  /** Gives the turn back; the next in line has it from now on. */
  leave(streamId: string): void {
    this.held -= 1;
    const next = this.lanes.get(streamId)?.shift();
    if (next === undefined) this.lanes.delete(streamId);
    else next();
  }
}
