import { Pool } from 'pg';
import type { Envelope } from '#libs/platform/crypto/envelope';
import type { SealedVault, WrappedKey } from '#libs/platform/crypto/key-check';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { Coalescer } from './coalescer';

/** Only one process at a time makes the table. */
const schemaLock = '7236514410331121005';

const schema = `
CREATE SCHEMA IF NOT EXISTS vault;
CREATE TABLE IF NOT EXISTS vault.keys (
  key_id text COLLATE "C" PRIMARY KEY,
  wrapped text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS vault.key_check (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  sealed text COLLATE "C" NOT NULL
);`;

const insert = `
INSERT INTO vault.keys (key_id, wrapped) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (key_id) DO NOTHING RETURNING key_id, wrapped`;

const select = 'SELECT key_id, wrapped FROM vault.keys WHERE key_id = ANY($1::text[])';

/** The oldest: what was sealed under a key that came by mistake is younger. */
const oldest = 'SELECT key_id AS "keyId", wrapped FROM vault.keys ORDER BY created_at, key_id LIMIT 20';

interface KeyRow {
  readonly key_id: string;
  readonly wrapped: string;
}

/** Settings of the vault's connections. */
export interface PostgresKeyVaultOptions {
  /** Connection string. */
  readonly url: string;
  /** Default 2: questions that come together travel together. */
  readonly connections?: number;
}

/** Wrapped keys in the table `vault.keys`, outside the log: a deleted row is gone from every later backup too. */
export class PostgresKeyVault implements KeyVault, SealedVault {
  private readonly creating = new Coalescer<KeyRow, boolean>((rows) => this.insertAll(rows));
  private readonly getting = new Coalescer<string, string | undefined>((ids) => this.selectAll(ids));

  private constructor(private readonly pool: Pool) {}

  /** Makes the table where there is none and opens the vault. Rejects when the database cannot be reached. */
  static async open({ url, connections = 2 }: PostgresKeyVaultOptions): Promise<PostgresKeyVault> {
    const pool = new Pool({
      connectionString: url,
      application_name: 'regulars key vault',
      max: connections,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      query_timeout: 12_000,
      idle_in_transaction_session_timeout: 10_000,
    });
    pool.on('error', () => undefined);
    try {
      await pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${schemaLock}); ${schema} COMMIT`);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new PostgresKeyVault(pool);
  }

  create(keyId: string, wrapped: string): Promise<boolean> {
    return this.creating.add({ key_id: keyId, wrapped });
  }

  get(keyId: string): Promise<string | undefined> {
    return this.getting.add(keyId);
  }

  async destroy(keyId: string): Promise<void> {
    await this.query('DELETE FROM vault.keys WHERE key_id = $1', [keyId]);
  }

  async check(): Promise<Envelope | undefined> {
    const { rows } = await this.pool.query<{ readonly sealed: string }>('SELECT sealed FROM vault.key_check');
    return rows[0]?.sealed;
  }

  async oldestKeys(): Promise<readonly WrappedKey[]> {
    return (await this.pool.query<WrappedKey>(oldest)).rows;
  }

  async keepCheck(check: Envelope): Promise<void> {
    await this.pool.query('INSERT INTO vault.key_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING', [check]);
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.pool.end();
  }

  /** Of several with one id the row that came back tells which was stored. */
  private async insertAll(rows: readonly KeyRow[]): Promise<readonly boolean[]> {
    const stored = await this.query(insert, [rows.map((row) => row.key_id), rows.map((row) => row.wrapped)]);
    return rows.map((row) => stored.get(row.key_id) === row.wrapped);
  }

  private async selectAll(keyIds: readonly string[]): Promise<readonly (string | undefined)[]> {
    const stored = await this.query(select, [keyIds]);
    return keyIds.map((keyId) => stored.get(keyId));
  }

  private async query(text: string, values: readonly unknown[]): Promise<ReadonlyMap<string, string>> {
    try {
      const { rows } = await this.pool.query<KeyRow>(text, [...values]);
      return new Map(rows.map((row) => [row.key_id, row.wrapped]));
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  }
}
