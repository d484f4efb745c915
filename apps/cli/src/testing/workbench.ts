import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { runProgram } from '../program';

/** What a run of the command line came to. */
export interface Ran {
  readonly code: number;
  /** The lines of standard output, each parsed when `--json` was asked for. */
  readonly lines: readonly Record<string, unknown>[];
  readonly out: string;
  readonly err: string;
}

const root = join(__dirname, '..', '..', '..', '..');

/** Lets a bare Node run our TypeScript as it is. */
const runTypeScript = `
require('reflect-metadata');
const { transformFileSync } = require('@swc/core');
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
process.argv.splice(1, 0, 'regulars');
require('./apps/cli/src/main.ts');
`;

/** A database, a data folder, and the command line on them. */
export class Workbench {
  private constructor(
    readonly database: FreshDatabase,
    readonly folder: string,
    private readonly more: Readonly<Record<string, string>>,
  ) {}

  /** @param more settings besides the database and the folder */
  static async open(more: Readonly<Record<string, string>> = {}): Promise<Workbench> {
    return new Workbench(await freshDatabase(), await mkdtemp(join(tmpdir(), 'regulars-cli-')), more);
  }

  /** The same database and folder under other settings besides. */
  with(more: Readonly<Record<string, string>>): Workbench {
    return new Workbench(this.database, this.folder, { ...this.more, ...more });
  }

  /** The settings that commands run with. */
  get env(): Record<string, string> {
    return { DATABASE_URL: this.database.url, REGULARS_DATA_DIR: this.folder, ...this.more };
  }

  /** Runs a command in this process. */
  async run(...argv: readonly string[]): Promise<Ran> {
    let out = '';
    let err = '';
    const sinks = {
      out: { write: (text: string) => void (out += text) },
      err: { write: (text: string) => void (err += text) },
      nowMs: () => performance.now(),
    };
    const code = await runProgram(argv, { env: this.env, sinks, signal: new AbortController().signal });
    const lines = argv.includes('--json')
      ? out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
      : [];
    return { code, lines: lines as Record<string, unknown>[], out, err };
  }

  /** Starts a command in a process of its own. */
  start(...argv: readonly string[]): ChildProcess {
    const flags = ['--no-warnings', '-C', 'source', '-e', runTypeScript, '--'];
    return spawn(process.execPath, [...flags, ...argv], {
      cwd: root,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Writes a file into the data folder and answers its path. */
  async file(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  /** Asks the database as its superuser. */
  async sql<Row extends object = Record<string, unknown>>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const client = new Client({ connectionString: this.database.url });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Holds up whoever books tickets once the log has so many, until the answer is called. */
  async heldUpAfter(tickets: number): Promise<() => Promise<void>> {
    await this.run('verify');
    const holder = new Client({ connectionString: this.database.url });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(4711);
      CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF (SELECT count(*) FROM log.events WHERE type = 'PurchaseRecorded') >= ${tickets} THEN
            PERFORM pg_advisory_xact_lock_shared(4711);
          END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER hold_up BEFORE INSERT ON log.events FOR EACH STATEMENT EXECUTE FUNCTION hold_up()`);
    return () => holder.end();
  }

  /** Waits until nobody is connected: a server may still carry out what somebody told it who was killed since. */
  async deserted(): Promise<void> {
    const others = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
    while ((await this.sql(others)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async close(): Promise<void> {
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Waits until a child has ended; answers its exit code, null after a signal. */
export const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
};
