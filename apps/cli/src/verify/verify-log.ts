import type { DataSource, QueryRunner } from 'typeorm';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import { categoryOf } from '#libs/platform/kernel/decider';
import type { StreamKind } from '#libs/platform/runtime/stream-kind';
import type { LogTables } from './log-tables';
import type { Report } from './findings';
import { KeyCheck } from './key-check';
import { compareBytes } from './snapshot-cursor';
import { StreamCheck } from './stream-check';

/** What checking the log needs. */
export interface LogCheckNeeds {
  readonly source: DataSource;
  /** Where the log is; asked once, with a connection to the database as it stands at one moment. */
  readonly tables: (connection: QueryRunner) => Promise<LogTables>;
  readonly kinds: readonly StreamKind[];
  /** Opens the data keys. */
  readonly masterKey: MasterKey;
  readonly report: Report;
  readonly onProgress: (events: number) => void;
}

/** How much was checked. */
export interface LogChecked {
  readonly streams: number;
  readonly events: number;
}

/** All streams, one after the other, in the order of their names. */
class LogWalk {
  private readonly keys: KeyCheck;
  private readonly kinds: ReadonlyMap<string, StreamKind>;
  private counted = { streams: 0, events: 0 };

  constructor(
    connection: QueryRunner,
    private readonly tables: LogTables,
    private readonly needs: LogCheckNeeds,
  ) {
    this.keys = new KeyCheck(connection, needs.masterKey, needs.report);
    this.kinds = new Map(needs.kinds.map((kind) => [kind.category, kind]));
  }

  async run(): Promise<LogChecked> {
    for (let streamId = await this.nextStream(); streamId !== undefined; streamId = await this.nextStream())
      await this.check(streamId);
    await this.keys.finish();
    return this.counted;
  }

  /** The first stream, by name, that any of the tables speaks of. */
  private async nextStream(): Promise<string | undefined> {
    const { streams, events, claims, commands } = this.tables;
    const heads = [await streams?.peek(), await events.peek(), await claims.peek(), await commands.peek()];
    return heads
      .flatMap((row) => (row === undefined ? [] : [row.streamId]))
      .reduce<string | undefined>(
        (least, each) => (least === undefined || compareBytes(each, least) < 0 ? each : least),
        undefined,
      );
  }

  private async check(streamId: string): Promise<void> {
    const { streams, events, claims, commands } = this.tables;
    const row = streams === undefined ? null : await streams.takeOf(streamId);
    const kind = this.kinds.get(categoryOf(streamId));
    const check = new StreamCheck(streamId, kind, row, this.needs.report);
    for (let event = await events.takeOf(streamId); event; event = await events.takeOf(streamId)) {
      check.take(event);
      this.counted = { ...this.counted, events: this.counted.events + 1 };
      if (this.counted.events % 512 === 0) this.needs.onProgress(this.counted.events);
    }
    const held = await claims.allOf(streamId);
    const state = check.finish({ claims: held, commands: await commands.allOf(streamId) });
    if (kind !== undefined && state !== undefined)
      await this.keys.add({ streamId, kind, state, held: held.map(({ name }) => name) });
    this.counted = { ...this.counted, streams: this.counted.streams + 1 };
  }
}

/** Work on the database as it stood at one moment, which holds nobody up: nothing is written. */
const asOfOneMoment = async <T>(source: DataSource, work: (connection: QueryRunner) => Promise<T>): Promise<T> => {
  const connection = source.createQueryRunner();
  try {
    await connection.startTransaction('REPEATABLE READ');
    await connection.query('SET TRANSACTION READ ONLY');
    return await work(connection);
  } finally {
    await connection.rollbackTransaction().catch(() => undefined);
    await connection.release();
  }
};

/**
 * Recomputes every stream from its events, one after the other and as of one moment: hash chain, revisions, schemas,
 * snapshots, conservation, claims, stored answers and data keys.
 */
export const verifyLog = (needs: LogCheckNeeds): Promise<LogChecked> =>
  asOfOneMoment(needs.source, async (connection) =>
    new LogWalk(connection, await needs.tables(connection), needs).run(),
  );
