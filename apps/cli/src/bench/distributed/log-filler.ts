import type { EventStore } from '#libs/platform/event-store/event-store';
import { WrongResult } from '../wrong-result';
import type { LogMill, Turn } from './template-accounts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Appends what a mill makes. */
export class LogFiller {
  private count = 0;
  private inFlight = 0;
  private failure: unknown;
  /** What is under way for each copy: its next append waits for that, as some take longer than others. */
  private readonly last = new Map<string, Promise<void>>();

  constructor(
    private readonly store: EventStore,
    private readonly mill: LogMill,
    private readonly atOnce: number,
  ) {}

  /** Events that were acknowledged. */
  get events(): number {
    return this.count;
  }

  /** So many events more, as fast as the log takes them. */
  async fill(events: number, onProgress: (done: number) => void): Promise<void> {
    const before = this.count;
    const until = before + events;
    const lane = async (): Promise<void> => {
      while (this.count < until) {
        await this.append();
        onProgress(Math.min(events, this.count - before));
      }
    };
    await Promise.all(Array.from({ length: this.atOnce }, lane));
  }

  /** For so long, never more events ahead of whoever takes them than so many. */
  async keepAhead(ms: number, by: number, taken: () => number): Promise<void> {
    const until = performance.now() + ms;
    const lane = async (): Promise<void> => {
      while (performance.now() < until) {
        if (this.count - taken() < by) await this.append();
        else await sleep(2);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.atOnce, 64) }, lane));
  }

  /** For so long, so many events each second, evenly. */
  async drip(ms: number, perSecond: number): Promise<void> {
    const appendsPerMs = perSecond / this.mill.eventsPerAppend / 1000;
    const began = performance.now();
    let asked = 0;
    for (let now = began; now - began < ms; now = performance.now()) {
      for (const due = (now - began) * appendsPerMs; asked < due && this.inFlight < this.atOnce; asked += 1)
        this.append().catch((error: unknown) => (this.failure ??= error));
      await sleep(2);
    }
    while (this.inFlight > 0) await sleep(2);
    if (this.failure !== undefined) throw this.failure as Error;
  }

  private async append(): Promise<void> {
    const turn = this.mill.next();
    const mine = this.after(this.last.get(turn.copyId), turn);
    this.last.set(turn.copyId, mine);
    this.inFlight += 1;
    try {
      await mine;
    } finally {
      this.inFlight -= 1;
      if (this.last.get(turn.copyId) === mine) this.last.delete(turn.copyId);
    }
  }

  private async after(before: Promise<void> | undefined, turn: Turn): Promise<void> {
    await before;
    const request = turn.request();
    const outcome = await this.store.append(request);
    if (outcome.kind !== 'appended') throw new WrongResult(`an append to ${turn.streamId} came to ${outcome.kind}.`);
    turn.appended(outcome.tip);
    this.count += request.events.length;
  }
}
