import type { QueryRunner } from 'typeorm';
import { logStart } from '#libs/platform/event-store/event-store';
import type { LogPicture } from '#libs/platform/event-store/log-archive';
import { externalSort, type Keyed } from '../import/external-sort';
import { bytewise } from '../log/picture-order';
import type { TemporaryFiles } from '../temporary-files';
import { queries, type ClaimRow, type CommandRow, type EventRow, type StreamRow } from './log-rows';
import { SnapshotCursor, SortedCursor, type OfStream, type StreamCursor } from './snapshot-cursor';

/** Everything that a log holds, each part sorted by stream. */
export interface LogTables {
  /** Absent where the store says nowhere but in its events how a stream ends. */
  readonly streams?: StreamCursor<StreamRow>;
  readonly events: StreamCursor<EventRow>;
  readonly claims: StreamCursor<ClaimRow>;
  readonly commands: StreamCursor<CommandRow>;
}

/** The tables of a log on PostgreSQL, read within a transaction that others began. */
export const tablesOver = (connection: QueryRunner): LogTables => ({
  streams: new SnapshotCursor(connection, 'verify_streams', queries.streams),
  events: new SnapshotCursor(connection, 'verify_events', queries.events),
  claims: new SnapshotCursor(connection, 'verify_claims', queries.claims),
  commands: new SnapshotCursor(connection, 'verify_commands', queries.commands),
});

const itemsInMemory = 50_000;
const digits = 10;

async function* keyed<Row extends OfStream>(
  pages: AsyncIterable<readonly Row[]>,
  orderOf: (row: Row) => string,
): AsyncGenerator<Keyed<Row>> {
  for await (const page of pages)
    for (const item of page) yield { key: `${bytewise(item.streamId)}\u0000${orderOf(item)}`, item };
}

async function* itemsOf<Row>(sorted: AsyncIterable<Keyed<Row>>): AsyncGenerator<Row> {
  for await (const { item } of sorted) yield item;
}

const byRevision = ({ revision }: { readonly revision: number }): string => String(revision + 1).padStart(digits, '0');

/** The picture of a log, sorted by stream; what does not fit into memory goes to these files meanwhile. */
export const tablesFrom = async (picture: LogPicture, files: TemporaryFiles): Promise<LogTables> => {
  const sort = async <Row extends OfStream>(
    pages: AsyncIterable<readonly Row[]>,
    orderOf: (row: Row) => string,
  ): Promise<StreamCursor<Row>> => {
    const sorted = await externalSort(keyed(pages, orderOf), { files, itemsInMemory });
    return new SortedCursor(itemsOf(sorted.read()));
  };
  return {
    events: await sort(picture.events(logStart), byRevision),
    claims: await sort(picture.claims(), ({ name }) => bytewise(name)),
    commands: await sort(picture.commands(), (row) => byRevision(row) + bytewise(row.key)),
  };
};
