import type { DataSource, QueryRunner } from 'typeorm';
import { comparePositions, logStart, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { RowStage } from '#libs/platform/read-models/row-stage';
import { sendOver } from '#libs/platform/read-models/send';
import { quoted, TablePlan } from '#libs/platform/read-models/table-plan';
import { isValueError, writeChanges, writeWhatFits } from '#libs/platform/read-models/write-changes';
import { LoggedFact } from '#libs/platform/runtime/fact';
import type { Report } from './findings';

/** What checking the read models needs. */
export interface ReadModelCheckNeeds {
  readonly source: DataSource;
  readonly store: Pick<EventStore, 'readAll'>;
  readonly catalogue: EventCatalogue;
  readonly projections: readonly AnyProjection[];
  readonly report: Report;
  readonly onProgress: (facts: number) => void;
}

interface Checkpoint extends LogPosition {
  readonly name: string;
  readonly version: number;
}

const factsAtOnce = 4_000;
const rowsInMemory = 50_000;
/** Differing rows of one table that are looked at. */
const mostRows = 10_000;

const checkpointsOf = (connection: QueryRunner): Promise<Checkpoint[]> =>
  connection.query(
    'SELECT name, version, xid::float8 AS xid, position::float8 AS position FROM read.checkpoints',
  ) as Promise<Checkpoint[]>;

type Json = Readonly<Record<string, unknown>>;

/** The columns in which two rows differ, in words. */
const differenceBetween = (live: Json | null, folded: Json | null): string => {
  if (live === null) return 'the log adds up to a row that is not there';
  if (folded === null) return 'there is a row that the log does not add up to';
  const columns = Object.keys(folded).filter((name) => JSON.stringify(live[name]) !== JSON.stringify(folded[name]));
  return columns
    .map((name) => `${name} is ${JSON.stringify(live[name])}, the log adds up to ${JSON.stringify(folded[name])}`)
    .join('; ');
};

/** Within a transaction that is under way, a part of it that can be undone by itself. */
const inTransaction = async (connection: QueryRunner, work: () => Promise<unknown>): Promise<void> => {
  await connection.startTransaction();
  try {
    await work();
    await connection.commitTransaction();
  } catch (error) {
    await connection.rollbackTransaction().catch(() => undefined);
    throw error;
  }
};

/** One read model, folded anew into a table that only this connection sees. */
class FreshFold {
  readonly stage: RowStage;
  reached: LogPosition = logStart;
  private readonly table: string;
  private readonly keys: readonly string[];

  constructor(
    private readonly connection: QueryRunner,
    readonly projection: AnyProjection,
    source: DataSource,
  ) {
    const metadata = source.getMetadata(projection.entity);
    const plan = new TablePlan(source, metadata);
    this.table = quoted(`verify_${metadata.tableName}`);
    this.keys = metadata.primaryColumns.map(({ databaseName }) => databaseName);
    this.stage = new RowStage(projection, plan, this.table, { rows: rowsInMemory, parkedKeys: [], emptyTable: true });
  }

  async create(): Promise<void> {
    const { plan } = this.stage;
    await this.connection.query(`DROP TABLE IF EXISTS pg_temp.${this.table}`);
    await this.connection.query(`CREATE TEMPORARY TABLE ${this.table} (LIKE ${plan.live} INCLUDING DEFAULTS)`);
    await this.connection.query(
      `CREATE UNIQUE INDEX ON ${this.table} (${this.keys.map((name) => quoted(name)).join(', ')})`,
    );
  }

  async take(facts: readonly LoggedFact[], upTo: LogPosition): Promise<void> {
    const mine = facts.filter(
      ({ place }) => comparePositions(place, this.reached) > 0 && comparePositions(place, upTo) <= 0,
    );
    const last = mine.at(-1)?.place;
    if (last === undefined) return;
    const send = sendOver(this.connection);
    const changes = await this.stage.fold(mine, send);
    try {
      await inTransaction(this.connection, () => writeChanges(this.stage, changes, send));
    } catch (error) {
      if (!isValueError(error)) throw error;
      await inTransaction(this.connection, () => writeWhatFits(this.stage, changes, send));
    }
    this.reached = last;
  }

  /** Every row that is not the same in both tables. */
  async compare(passedOver: ReadonlySet<string>, report: Report): Promise<void> {
    const { plan, projection } = this.stage;
    const on = this.keys.map((name) => `l.${quoted(name)} = f.${quoted(name)}`).join(' AND ');
    const rows = (await this.connection.query(
      `SELECT to_jsonb(l) AS live, to_jsonb(f) AS folded FROM ${plan.live} l FULL JOIN ${this.table} f ON ${on}
       WHERE ROW(l.*) IS DISTINCT FROM ROW(f.*) LIMIT ${mostRows}`,
    )) as { readonly live: Json | null; readonly folded: Json | null }[];
    for (const { live, folded } of rows) {
      const row = live ?? folded ?? {};
      const key = this.keys.map((name) => String(row[name]));
      if (passedOver.has(key.join('\u001f'))) continue;
      report({
        kind: 'wrong-row',
        where: `${projection.name} ${key.join(', ')}`,
        what: differenceBetween(live, folded),
      });
    }
  }
}

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
    const checkpoints = new Map((await checkpointsOf(this.connection)).map((each) => [each.name, each]));
    const target = (fold: FreshFold): LogPosition => checkpoints.get(fold.projection.name) ?? logStart;
    const furthest = this.folds.map(target).reduce((a, b) => (comparePositions(a, b) < 0 ? b : a), logStart);
    let after = this.folds
      .map(({ reached }) => reached)
      .reduce((a, b) => (comparePositions(a, b) > 0 ? b : a), furthest);
    while (comparePositions(after, furthest) < 0) {
      const events = await this.needs.store.readAll(after, factsAtOnce);
      const last = events.at(-1);
      if (last === undefined) return;
      after = { xid: last.xid, position: last.position };
      const facts = events.map((event) => new LoggedFact(event, this.needs.catalogue));
      for (const fold of this.folds) await fold.take(facts, target(fold));
      this.facts += facts.length;
      this.needs.onProgress(this.facts);
    }
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
