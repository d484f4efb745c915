import type { DataSource } from 'typeorm';

/** The kinds of store that a log can be in. */
export type LogHome = 'PostgreSQL' | 'KurrentDB';

/** The store that the settings choose. */
export const homeOf = ({ kurrentUrl }: { readonly kurrentUrl?: string }): LogHome =>
  kurrentUrl === undefined ? 'PostgreSQL' : 'KurrentDB';

interface Noted {
  readonly home: LogHome;
  readonly complete: boolean;
}

/** At most one row, and only in a database whose log was moved. */
const schema = `
CREATE SCHEMA IF NOT EXISTS imports;
CREATE TABLE IF NOT EXISTS imports.log_home (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  home text NOT NULL,
  complete boolean NOT NULL
);`;

/** The log of this database is elsewhere than the settings say, or not there as a whole. */
export class LogNotAtHome extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LogNotAtHome';
  }
}

const whereItIs: Readonly<Record<LogHome, string>> = {
  PostgreSQL: 'The log was moved to PostgreSQL: start without KURRENTDB_URL.',
  KurrentDB: 'The log was moved to KurrentDB: start with its KURRENTDB_URL.',
};

const notedIn = async (source: DataSource): Promise<Noted | undefined> => {
  const [table] = await source.query<{ readonly found: boolean }[]>(
    `SELECT to_regclass('imports.log_home') IS NOT NULL AS found`,
  );
  if (table?.found !== true) return undefined;
  const [noted] = await source.query<Noted[]>('SELECT home, complete FROM imports.log_home');
  return noted;
};

/** Whether the log was moved here, whole. */
export const isHomeOf = async (source: DataSource, home: LogHome): Promise<boolean> => {
  const noted = await notedIn(source);
  return noted?.home === home && noted.complete;
};

/**
 * Throws where checkpoints and read models of this database speak of a log in another store than the settings name, or
 * of one that is being moved: whoever followed the wrong log would skip facts, or have effects twice.
 */
export const assertAtHome = async (source: DataSource, home: LogHome): Promise<void> => {
  const noted = await notedIn(source);
  if (noted === undefined) return;
  if (!noted.complete)
    throw new LogNotAtHome(
      'The log is being moved: run "npx regulars import-log" again, with the same file, to its end.',
    );
  if (noted.home !== home) throw new LogNotAtHome(whereItIs[noted.home]);
};

/** Notes where the log is, or is being moved to. */
export const noteHome = async (source: DataSource, home: LogHome, complete: boolean): Promise<void> => {
  await source.query(schema);
  await source.query(
    `INSERT INTO imports.log_home (home, complete) VALUES ($1, $2)
     ON CONFLICT (one) DO UPDATE SET home = EXCLUDED.home, complete = EXCLUDED.complete`,
    [home, complete],
  );
};
