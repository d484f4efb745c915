import type { Pool } from 'pg';
import type { BusNames } from '../../bus';
import type { ServiceRun } from './service-run';

/** How far a follower has come: events that it has published or taken. */
export type Reading = () => Promise<number>;

const number = async (pool: Pool, text: string, values: unknown[]): Promise<number> => {
  const { rows } = await pool.query<{ value: number | null }>(text, values);
  return rows[0]?.value ?? 0;
};

/** Events come by transaction and then by position: of two that are written at once the last has not the highest. */
const placeOfRelay = `SELECT (CASE WHEN (relay.xid, relay.position) >= (last.xid, last.position)
    THEN (SELECT max(position) FROM log.events) ELSE least(relay.position, last.position - 1) END)::float8 AS value
  FROM read.checkpoints AS relay, LATERAL (
    SELECT xid::text::bigint AS xid, position FROM log.events ORDER BY log.events.xid DESC, position DESC LIMIT 1
  ) AS last WHERE relay.name = 'relay'`;

/** Counts what the relay has published, and what feeds have dealt with. */
export class Followers {
  constructor(
    private readonly pool: Pool,
    private readonly bus: BusNames,
  ) {}

  /** The relay's place in the log: the highest position there is once it has published the last event, less before. */
  readonly published: Reading = () => number(this.pool, placeOfRelay, []);

  /** Messages that the feed of the read models has dealt with. */
  readonly taken: Reading = () => this.dealtWith(this.bus.feeds.readModels);

  /** Messages that the feed of the policies has dealt with. */
  readonly reactedTo: Reading = () => this.dealtWith(this.bus.feeds.policies);

  private dealtWith(feed: string): Promise<number> {
    return number(this.pool, 'SELECT sum(next_offset)::float8 AS value FROM read.feed_offsets WHERE feed = $1', [feed]);
  }
}

/** What watching a catch-up came to. */
export interface CaughtUp {
  readonly events: number;
  readonly perSecond: number;
  /** Bytes: when the service began, after every so many events, and at the end. */
  readonly memory: readonly number[];
}

/** How a catch-up is watched. */
export interface Watching {
  readonly reading: Reading;
  /** Where it begins, and where it has come to its end. */
  readonly from: number;
  readonly until: number;
  readonly service?: ServiceRun;
  /** Events between two looks at the memory. */
  readonly memoryEvery: number;
  readonly onProgress: (done: number) => void;
}

const lookEveryMs = 50;
const patienceMs = 60_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How a follower has moved. */
class Movement {
  private began: { readonly at: number; readonly done: number } | undefined;
  private last: { readonly at: number; readonly done: number };

  constructor(from: number) {
    this.last = { at: performance.now(), done: from };
  }

  note(done: number): void {
    const at = performance.now();
    if (done > this.last.done) {
      this.last = { at, done };
      this.began ??= this.last;
    } else if (at - this.last.at > patienceMs) throw new Error(`A follower stands still at ${done}.`);
  }

  /** Between its first and its last step: how long it took to begin is not its pace. */
  get perSecond(): number {
    const { at, done } = this.began ?? this.last;
    const seconds = (this.last.at - at) / 1000;
    return seconds > 0 ? (this.last.done - done) / seconds : NaN;
  }
}

/** Watches a follower until it has come so far. Rejects when it does not move any more. */
export const watch = async (watching: Watching): Promise<CaughtUp> => {
  const { reading, from, until, service, memoryEvery, onProgress } = watching;
  const memory: number[] = [];
  const look = async (): Promise<void> => {
    if (service !== undefined) memory.push(await service.memory());
  };
  await look();
  const movement = new Movement(from);
  let done = from;
  for (let next = from + memoryEvery; done < until; await sleep(lookEveryMs)) {
    done = await reading();
    movement.note(done);
    onProgress(Math.max(0, done - from));
    for (; done >= next && next < until; next += memoryEvery) await look();
  }
  await look();
  return { events: done - from, perSecond: movement.perSecond, memory };
};
