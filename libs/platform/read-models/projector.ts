import type { DataSource } from 'typeorm';
import { comparePositions } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { inSpansOf } from '#libs/platform/observability/tracing';
import type { LoggedFact } from '#libs/platform/runtime/fact';
import type { Report } from '#libs/platform/runtime/report';
import type { Subscriber } from '#libs/platform/runtime/subscription';
import { Wakeable } from '#libs/platform/runtime/wakeable';
import { waitForLock } from './advisory-lock';
import type { LockedConnection } from './advisory-lock';
import type { AnyProjection } from './projection';
import { RowStage } from './row-stage';
import type { Changes, ParkedRow } from './row-stage';
import { sendOver } from './send';
import type { Send } from './send';
import { TablePlan } from './table-plan';
import { isValueError } from './value-error';
import { writeChanges, writeWhatFits } from './write-changes';

/** How many rows of each table stay in memory between batches, at least. */
const rowsInMemory = 20_000;

interface Checkpoint extends LogPosition {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
}

interface Live {
  readonly stage: RowStage;
  readonly checkpoint: Checkpoint;
}

interface Folded {
  readonly live: Live;
  readonly changes: Changes;
}

/** The facts after a checkpoint: nearly always all of them. */
const newTo = ({ checkpoint }: Live, facts: readonly LoggedFact[]): readonly LoggedFact[] => {
  const isNew = ({ place }: LoggedFact): boolean => comparePositions(place, checkpoint) > 0;
  return facts[0] !== undefined && isNew(facts[0]) ? facts : facts.filter(isNew);
};

/** The checkpoint was moved by somebody else: a rebuild took a table's place. What is in memory counts no more. */
export class CheckpointMoved extends Error {
  constructor() {
    super('The read models were changed by somebody else; starting again from their checkpoints.');
    this.name = 'CheckpointMoved';
  }
}

/**
 * Keeps all read models of the process up to date: one reading of the log, one transaction per batch with the rows of
 * every table and all checkpoints in it. Facts are folded before the transaction begins, since an open one holds back
 * every reader of the log. One process at a time does this, another one waits for its turn.
 */
export class Projector implements Subscriber {
  readonly name = 'projector';
  private readonly standby = new Wakeable();
  private lock: LockedConnection | undefined;
  private live: readonly Live[] = [];

  constructor(
    private readonly source: DataSource,
    private readonly projections: readonly AnyProjection[],
    private readonly report: Report,
  ) {}

  /** Ends the wait for another process to let go. */
  abandon(): void {
    this.standby.end();
  }

  async position(): Promise<LogPosition> {
    await this.finish();
    this.lock = await waitForLock(this.source, 'projector', this.standby);
    if (this.lock === undefined) throw new Error('The projector was stopped.');
    await this.lock.connection.query("SET synchronous_commit = off; SET idle_in_transaction_session_timeout = '10s'");
    this.live = await this.readLive(this.lock);
    const [first] = this.live.map(({ checkpoint }) => checkpoint).sort(comparePositions);
    if (first === undefined) throw new Error('There is no read model to keep up to date.');
    return first;
  }

  handle(facts: readonly LoggedFact[]): Promise<void> {
    return inSpansOf('project', facts, () => this.project(facts));
  }

  async finish(): Promise<void> {
    const { lock } = this;
    this.lock = undefined;
    this.live = [];
    await lock?.release();
  }

  private async project(facts: readonly LoggedFact[]): Promise<void> {
    const latest = facts.at(-1);
    if (this.lock === undefined || latest === undefined) return;
    const last = latest.place;
    const send = sendOver(this.lock.connection);
    const folded: Folded[] = [];
    for (const live of this.live) {
      if (comparePositions(live.checkpoint, last) >= 0) continue;
      folded.push({ live, changes: await live.stage.fold(newTo(live, facts), send) });
    }
    try {
      await this.store(folded, latest, false);
    } catch (error) {
      if (!isValueError(error)) throw error;
      await this.store(folded, latest, true);
    }
    this.live = this.live.map((live) =>
      comparePositions(live.checkpoint, last) < 0
        ? { ...live, checkpoint: { ...live.checkpoint, xid: last.xid, position: last.position } }
        : live,
    );
  }

  /** One transaction: the checkpoints first, so that everyone who changes these tables takes turns, then the rows. */
  private async store(folded: readonly Folded[], last: LoggedFact, carefully: boolean): Promise<void> {
    const connection = this.lock?.connection;
    if (connection === undefined) return;
    const send = sendOver(connection);
    await connection.startTransaction();
    try {
      await this.moveCheckpoints(folded, last, send);
      for (const { live, changes } of folded) {
        const refused = carefully ? await writeWhatFits(live.stage, changes, send) : [];
        if (!carefully) await writeChanges(live.stage, changes, send);
        await this.park(live, [...changes.parked, ...refused], send);
      }
      await connection.commitTransaction();
    } catch (error) {
      await connection.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }

  private async moveCheckpoints(
    folded: readonly Folded[],
    { place, recordedAt }: LoggedFact,
    send: Send,
  ): Promise<void> {
    const moved = folded.map(({ live }) => live.checkpoint);
    const columns = [
      moved.map(({ name }) => name),
      moved.map(({ generation }) => generation),
      moved.map(({ xid }) => xid),
      moved.map(({ position }) => position),
    ];
    const rows = await send({
      text: `WITH old AS (
               SELECT c.name FROM read.checkpoints c
               JOIN unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS o(name, generation, xid, position)
                 USING (name, generation, xid, position) ORDER BY c.name FOR UPDATE OF c),
             moved AS (
               UPDATE read.checkpoints c SET xid = $5, position = $6, moved_at = to_timestamp($7::float8 / 1000)
               FROM old WHERE c.name = old.name RETURNING c.name)
             SELECT name FROM moved`,
      values: [...columns, place.xid, place.position, recordedAt],
    });
    if (rows.length !== moved.length) throw new CheckpointMoved();
  }

  private async park({ checkpoint }: Live, rows: readonly ParkedRow[], send: Send): Promise<void> {
    for (const row of rows) {
      await send(parkStatement(checkpoint.name, row));
      this.report('projection-parked', { projection: checkpoint.name, ...row });
    }
  }

  private async readLive({ connection }: LockedConnection): Promise<readonly Live[]> {
    const checkpoints = (await connection.query(
      `SELECT name, version, generation, xid::float8 AS xid, position::float8 AS position FROM read.checkpoints
       WHERE name = ANY($1) AND NOT fed`,
      [this.projections.map(({ name }) => name)],
    )) as Checkpoint[];
    const parked = (await connection.query('SELECT consumer, key FROM read.parked')) as {
      readonly consumer: string;
      readonly key: string;
    }[];
    return this.projections.flatMap((projection) => {
      const checkpoint = checkpoints.find(({ name }) => name === projection.name);
      if (checkpoint === undefined || checkpoint.version !== projection.version) {
        this.report('projection-not-built', { projection: projection.name, version: projection.version });
        return [];
      }
      const plan = new TablePlan(this.source, this.source.getMetadata(projection.entity));
      const parkedKeys = parked.filter(({ consumer }) => consumer === projection.name).map(({ key }) => key);
      const memory = { rows: rowsInMemory, parkedKeys, replaces: true };
      return [{ stage: new RowStage(projection, plan, plan.live, memory), checkpoint }];
    });
  }
}

/** Notes a row that could not take a fact. */
export const parkStatement = (
  consumer: string,
  { key, eventId, error }: ParkedRow,
): { text: string; values: unknown[] } => ({
  text: 'INSERT INTO read.parked (consumer, key, event_id, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
  values: [consumer, key.replaceAll('\0', '�'), eventId, error.replaceAll('\0', '�')],
});
