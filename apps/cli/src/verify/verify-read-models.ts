import type { DataSource, QueryRunner } from 'typeorm';
import { comparePositions, logStart, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { LoggedFact } from '#libs/platform/runtime/fact';
import type { Report } from './findings';
import { FreshFold } from './fresh-fold';
import { upTo, type Reach, type Reaches } from './reach';

/** What checking the read models needs. */
export interface ReadModelCheckNeeds {
  readonly source: DataSource;
  readonly store: Pick<EventStore, 'pages'>;
  readonly catalogue: EventCatalogue;
  readonly projections: readonly AnyProjection[];
  readonly report: Report;
  readonly onProgress: (facts: number) => void;
  /** How read models stand that are not kept from the log; asked on the connection on which they are looked at. */
  readonly reaches?: (connection: QueryRunner) => Promise<Reaches>;
}

interface Checkpoint extends LogPosition {
  readonly name: string;
  readonly version: number;
}

const factsAtOnce = 4_000;

const checkpointsOf = (connection: QueryRunner): Promise<Checkpoint[]> =>
  connection.query(
    'SELECT name, version, xid::float8 AS xid, position::float8 AS position FROM read.checkpoints',
  ) as Promise<Checkpoint[]>;

/** All read models that are built at their present version. */
class ReadModelCheck {
  private folds: readonly FreshFold[] = [];
  private facts = 0;

  constructor(
    private readonly connection: QueryRunner,
    private readonly needs: ReadModelCheckNeeds,
  ) {}

  /** Most is folded beforehand, so that the moment of comparing is short. */
  async run(): Promise<number> {
    await this.begin(await checkpointsOf(this.connection));
    await this.foldTo();
    await this.connection.startTransaction('REPEATABLE READ');
    try {
      await this.foldTo();
      await this.compare();
    } finally {
      await this.connection.rollbackTransaction().catch(() => undefined);
    }
    return this.facts;
  }

  private async begin(checkpoints: readonly Checkpoint[]): Promise<void> {
    const built: FreshFold[] = [];
    for (const projection of this.needs.projections) {
      const { name, version } = projection;
      const checkpoint = checkpoints.find((each) => each.name === name);
      if (checkpoint?.version === version) built.push(new FreshFold(this.connection, projection, this.needs.source));
      else
        this.needs.report({
          kind: 'read-model-incomplete',
          where: name,
          what:
            checkpoint === undefined
              ? 'it is not built'
              : `it is built at version ${checkpoint.version}, not ${version}`,
        });
    }
    this.folds = built;
    for (const fold of built) await fold.create();
  }

  /** Folds the log up to where each read model stands now. */
  private async foldTo(): Promise<void> {
    const targets = await this.targets();
    const furthest = [...targets.values()]
      .map((reach) => reach.furthest)
      .reduce((a, b) => (comparePositions(a, b) < 0 ? b : a), logStart);
    const after = this.folds
      .map(({ reach }) => reach.complete)
      .reduce((a, b) => (comparePositions(a, b) > 0 ? b : a), furthest);
    if (comparePositions(after, furthest) < 0) await this.foldFrom(after, furthest, targets);
    for (const [fold, reach] of targets) fold.reach = reach;
  }

  private async foldFrom(
    after: LogPosition,
    furthest: LogPosition,
    targets: ReadonlyMap<FreshFold, Reach>,
  ): Promise<void> {
    for await (const events of this.needs.store.pages(after, factsAtOnce)) {
      const facts = events.map((event) => new LoggedFact(event, this.needs.catalogue));
      for (const [fold, reach] of targets) await fold.take(facts, reach);
      this.facts += facts.length;
      this.needs.onProgress(this.facts);
      const last = events.at(-1);
      if (last === undefined || comparePositions(last, furthest) >= 0) return;
    }
  }

  private async targets(): Promise<ReadonlyMap<FreshFold, Reach>> {
    const checkpoints = new Map((await checkpointsOf(this.connection)).map((each) => [each.name, each]));
    const reachOf = (await this.needs.reaches?.(this.connection)) ?? upTo;
    return new Map(
      this.folds.map((fold) => [fold, reachOf(checkpoints.get(fold.projection.name) ?? logStart)] as const),
    );
  }

  private async compare(): Promise<void> {
    const { report } = this.needs;
    const parked = (await this.connection.query(
      'SELECT consumer, key, event_id AS "eventId", error FROM read.parked',
    )) as { readonly consumer: string; readonly key: string; readonly eventId: string; readonly error: string }[];
    for (const { consumer, key, eventId, error } of parked)
      report({
        kind: 'read-model-incomplete',
        where: `${consumer} ${key}`,
        what: `event ${eventId} was passed over: ${error}`,
      });
    for (const fold of this.folds) {
      const mine = parked.filter(({ consumer }) => consumer === fold.projection.name);
      await fold.compare(new Set(mine.map(({ key }) => key)), report);
    }
  }
}

/**
 * Folds every read model anew from the log, up to where the live one stands, and compares row by row as of one moment.
 * Answers how many facts were read. Live projections go on meanwhile.
 */
export const verifyReadModels = async (needs: ReadModelCheckNeeds): Promise<number> => {
  const connection = needs.source.createQueryRunner();
  try {
    return await new ReadModelCheck(connection, needs).run();
  } finally {
    await connection.release();
  }
};
