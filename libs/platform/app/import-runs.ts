import type { DataSource } from 'typeorm';
import { comparePositions, logStart, type EventStore } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';

/** How far the import of one source has come. */
export interface ImportRun {
  /** Names the source by its content: the same content goes on, other content starts anew. */
  readonly source: string;
  /** Everything up to this position is booked; '' before the first. Compared as text. */
  readonly position: string;
  /** Tickets dealt with so far, by this and earlier runs. */
  readonly tickets: number;
  /** True once the end was reached. */
  readonly finished: boolean;
  /** What a later run must know to read the source in the same way. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A run that was kept before it was told by what the tickets of a source are numbered. */
export interface UnnotedRun {
  readonly source: string;
  /** The file's. */
  readonly name: string;
}

/**
 * Runs are thrown away without loss: an import without them only finds out again, ticket by ticket, what is booked
 * already. Notes are not: without its note nobody can tell whether the lines of a file have moved that number its tickets.
 */
const schema = `
CREATE SCHEMA IF NOT EXISTS imports;
CREATE TABLE IF NOT EXISTS imports.runs (
  source text COLLATE "C" PRIMARY KEY,
  position text COLLATE "C" NOT NULL DEFAULT '',
  tickets bigint NOT NULL DEFAULT 0,
  finished boolean NOT NULL DEFAULT false,
  settings jsonb NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  moved_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS imports.notes (
  file text COLLATE "C" PRIMARY KEY,
  note jsonb NOT NULL
);`;

const columns = 'source, position, tickets::float8 AS tickets, finished, settings';

/** Where imports go on after they were cut off: a table outside the log. */
export class ImportRuns {
  private constructor(private readonly database: DataSource) {}

  /** Makes the table where there is none. */
  static async open(database: DataSource): Promise<ImportRuns> {
    await database.transaction(async (manager) => {
      await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('regulars:imports-schema', 0))");
      await manager.query(schema);
    });
    return new ImportRuns(database);
  }

  async find(source: string): Promise<ImportRun | undefined> {
    const [run] = await this.database.query<ImportRun[]>(`SELECT ${columns} FROM imports.runs WHERE source = $1`, [
      source,
    ]);
    return run;
  }

  /** The run of a source: the one that was begun before, or a new one with these settings. */
  async begin(source: string, settings: Readonly<Record<string, unknown>> = {}): Promise<ImportRun> {
    await this.database.query(
      'INSERT INTO imports.runs (source, settings) VALUES ($1, $2::jsonb) ON CONFLICT (source) DO NOTHING',
      [source, JSON.stringify(settings)],
    );
    const run = await this.find(source);
    if (run === undefined) throw new Error('The import could not be begun.');
    return run;
  }

  /** Notes how far it has come; a position behind the noted one changes nothing. */
  async move(source: string, position: string, tickets: number): Promise<void> {
    await this.database.query(
      `UPDATE imports.runs SET position = $2, tickets = greatest(tickets, $3), moved_at = now()
       WHERE source = $1 AND position < $2`,
      [source, position, tickets],
    );
  }

  /** What was noted of a file, by its name. */
  async note(file: string): Promise<unknown> {
    const [found] = await this.database.query<{ note: unknown }[]>('SELECT note FROM imports.notes WHERE file = $1', [
      file,
    ]);
    return found?.note;
  }

  /** Notes something of a file, in place of what was noted before. */
  async keepNote(file: string, note: object): Promise<void> {
    await this.database.query(
      'INSERT INTO imports.notes (file, note) VALUES ($1, $2::jsonb) ON CONFLICT (file) DO UPDATE SET note = excluded.note',
      [file, JSON.stringify(note)],
    );
  }

  /** The runs of files of these names by versions that said nothing of numbers. */
  async unnoted(names: readonly string[]): Promise<readonly UnnotedRun[]> {
    return this.database.query<UnnotedRun[]>(
      `SELECT source, settings ->> 'name' AS name FROM imports.runs
       WHERE settings ->> 'name' = ANY($1) AND NOT settings ? 'numbers' ORDER BY started_at, source`,
      [[...names]],
    );
  }

  /** Notes that the end was reached. */
  async finish(source: string): Promise<void> {
    await this.database.query('UPDATE imports.runs SET finished = true, moved_at = now() WHERE source = $1', [source]);
  }
}

/** The source under which the demo chain is imported. */
export const demoSource = 'demo';

/**
 * Begins the load of the demo chain into an empty log, or goes on with one that was cut off, whatever else the log holds
 * by then. Answers the instant up to which its days are moved; undefined when there is nothing to load.
 */
export const beginDemo = async (
  runs: ImportRuns,
  store: Pick<EventStore, 'latest'>,
  now: Instant,
): Promise<Instant | undefined> => {
  const before = await runs.find(demoSource);
  if (before?.finished === true) return undefined;
  if (before === undefined && comparePositions(await store.latest(), logStart) !== 0) return undefined;
  const { settings } = before ?? (await runs.begin(demoSource, { now }));
  return typeof settings['now'] === 'number' ? settings['now'] : now;
};
