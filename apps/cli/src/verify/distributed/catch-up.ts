import type { DataSource } from 'typeorm';
import { comparePositions, logStart, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import { feedPosition } from '#libs/platform/kafka/feed';
import type { Topic } from '#libs/platform/kafka/topics';
import type { Report } from '../findings';

/** Whoever follows the log, and how far it has come; undefined for one that has not begun. */
export interface Follower {
  readonly name: string;
  readonly position: () => Promise<LogPosition | undefined>;
}

/** The followers of a chain whose read models and policies are fed over the bus. */
export const followersOf = (source: DataSource, topic: Topic, feeds: readonly string[]): readonly Follower[] => [
  {
    name: 'relay',
    position: async () => {
      const [row] = await source.query<LogPosition[]>(
        "SELECT xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = 'relay'",
      );
      return row;
    },
  },
  ...feeds.map((feed) => ({ name: feed, position: () => feedPosition(source, feed, topic) })),
];

/** What waiting needs. */
export interface CatchUpNeeds {
  readonly store: Pick<EventStore, 'latest'>;
  readonly followers: readonly Follower[];
  /** How long to wait for all of them together, ms. */
  readonly waitMs: number;
  readonly report: Report;
  /** Told how many have come to the end. */
  readonly onProgress: (arrived: number) => void;
}

const lookEveryMs = 100;
/** What policies do in answer to the last facts is waited for too, but not for ever where tills are open. */
const rounds = 5;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class CatchUp {
  private readonly until: number;
  private places = new Map<string, LogPosition | undefined>();

  constructor(private readonly needs: CatchUpNeeds) {
    this.until = performance.now() + needs.waitMs;
  }

  /** The last place that everybody was waited for. */
  async run(): Promise<LogPosition> {
    let target = await this.needs.store.latest();
    for (let round = 1; ; round += 1) {
      const behind = await this.waitFor(target);
      if (behind.length > 0) {
        for (const follower of behind) this.tell(follower, target);
        return target;
      }
      const latest = await this.needs.store.latest();
      if (round === rounds || performance.now() > this.until || comparePositions(latest, target) <= 0) return target;
      target = latest;
    }
  }

  placeOf(name: string): LogPosition {
    return this.places.get(name) ?? logStart;
  }

  private async waitFor(target: LogPosition): Promise<readonly Follower[]> {
    for (;;) {
      for (const { name, position } of this.needs.followers) this.places.set(name, await position());
      const behind = this.needs.followers.filter(({ name }) => comparePositions(this.placeOf(name), target) < 0);
      this.needs.onProgress(this.needs.followers.length - behind.length);
      if (behind.length === 0 || performance.now() > this.until) return behind;
      await pause(lookEveryMs);
    }
  }

  private tell({ name }: Follower, target: LogPosition): void {
    const place = this.places.get(name);
    const seconds = Math.round(this.needs.waitMs / 1000);
    const where = place === undefined ? 'it has not begun' : `it stands at position ${place.position}`;
    this.needs.report({
      kind: 'behind',
      where: name,
      what: `after ${seconds} s ${where}, the log at ${target.position}`,
    });
  }
}

/**
 * Waits until all followers have come to the end of the log, and says who has not. Answers how far each is to be
 * checked: to where it was waited for, or to where it stands.
 */
export const catchUp = async (needs: CatchUpNeeds): Promise<ReadonlyMap<string, LogPosition>> => {
  const waiting = new CatchUp(needs);
  const target = await waiting.run();
  return new Map(
    needs.followers.map(({ name }) => {
      const place = waiting.placeOf(name);
      return [name, comparePositions(place, target) < 0 ? place : target];
    }),
  );
};
