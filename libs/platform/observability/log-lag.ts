import { comparePositions, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import type { Part } from '#libs/platform/runtime/lifecycle';

/** How far behind the end of the log a place is. */
export interface Lag {
  /** In the log's own numbers: events on PostgreSQL (numbers that were given out and not used count), bytes on KurrentDB. */
  readonly distance: number;
  /** How long there has been something after the place, as far as this process has seen. */
  readonly seconds: number;
}

interface Mark {
  readonly at: number;
  readonly end: LogPosition;
}

const lookEveryMs = 1_000;
const mostMarks = 4_096;

/**
 * Remembers when the end of the log was where, so that the age of a place needs no clock but this process's own: facts
 * may be recorded on a virtual clock, or by a machine whose clock is wrong. Exact to about a second. What was committed
 * counts from then on, even while a transaction left open keeps everybody from reading it: that is what must be seen.
 */
export class LogLag implements Part {
  readonly name = 'log-lag';
  private marks: Mark[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: Pick<EventStore, 'latest'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async start(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => void this.look(), lookEveryMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
  }

  /** Notes where the log ends now. A log that cannot be asked leaves things as they are. */
  async look(): Promise<void> {
    const end = await this.log.latest().catch(() => undefined);
    const last = this.marks.at(-1);
    if (end === undefined || (last !== undefined && comparePositions(end, last.end) <= 0)) return;
    this.marks.push({ at: this.now(), end });
    if (this.marks.length > mostMarks) this.marks = this.marks.filter((_, index) => index % 2 === 1);
  }

  /** `undefined` before the log has been looked at. */
  of(place: LogPosition): Lag | undefined {
    const last = this.marks.at(-1);
    if (last === undefined) return undefined;
    const since = this.marks.find(({ end }) => comparePositions(end, place) > 0);
    if (since === undefined) return { distance: 0, seconds: 0 };
    return {
      distance: Math.max(0, last.end.position - place.position),
      seconds: Math.max(0, (this.now() - since.at) / 1_000),
    };
  }
}
