import type { DataSource } from 'typeorm';
import type { EventStore } from '#libs/platform/event-store/event-store';
import type { LogLag } from '#libs/platform/observability/log-lag';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { cacheFollowerName } from '#libs/platform/runtime/cache-follower';
import { isStandingBy, type Progress } from '#libs/platform/runtime/subscription';

/** Something else than the store that must hold. Rejections count as no. */
export type Condition = () => boolean | Promise<boolean>;

const withinMs = 2_000;

/** Whether a process can serve: its store answers in time, and whatever else it was told to look at holds. */
export class ReadyWhen {
  private readonly conditions: Condition[];

  constructor(store: Pick<EventStore, 'head'>) {
    this.conditions = [() => store.head().then(() => true)];
  }

  also(condition: Condition): void {
    this.conditions.push(condition);
  }

  /** Answers within two seconds; what has not answered by then does not hold. */
  async holds(): Promise<boolean> {
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), withinMs).unref());
    const all = Promise.all(this.conditions.map(async (condition) => condition())).then(
      (answers) => answers.every(Boolean),
      () => false,
    );
    return Promise.race([all, late]);
  }
}

/** That every read model is there, so that whoever asks one gets an answer. Remembers a yes. */
export const readModelsAreBuilt = (
  source: Pick<DataSource, 'query'>,
  projections: readonly Pick<AnyProjection, 'name'>[],
): Condition => {
  let built = false;
  const isBuilt = async (): Promise<boolean> => {
    const [row] = await source.query<{ readonly missing: number }[]>(
      `SELECT count(*)::int AS missing FROM unnest($1::text[]) AS o(name)
       WHERE NOT EXISTS (SELECT FROM read.checkpoints c WHERE c.name = o.name)`,
      [projections.map(({ name }) => name)],
    );
    return row?.missing === 0;
  };
  return async () => (built ||= await isBuilt());
};

const secondsBehind = ({ name, position, behindMs }: Progress, lag: Pick<LogLag, 'of'>): number =>
  position === undefined || name === cacheFollowerName ? behindMs / 1_000 : (lag.of(position)?.seconds ?? 0);

/**
 * Whether a follower has come far enough for its process to be called ready. What waits for its turn does not count, and
 * everybody else is as far behind as the oldest fact that they have not taken in is old, whatever keeps them from it.
 * Except for the states in memory, which are behind only when they leave facts lie that they could read: no decision
 * rests on them, and when a transaction left open holds the log back from every interface alike, taking all of them out
 * of service would turn late reports into closed tills.
 */
export const keepsUp = (progress: Progress, lag: Pick<LogLag, 'of'>, limitSeconds: number): boolean =>
  isStandingBy(progress) || secondsBehind(progress, lag) <= limitSeconds;
