import { Client, DatabaseError, type ClientConfig, type QueryArrayResult } from 'pg';
import type { Statement } from './append-statement';

const firstDelayMs = 50;
const longestDelayMs = 1_000;
/** How much longer than the server's own limit to wait for an answer before the server counts as silent. */
export const graceMs = 2_000;

/** Results are taken as the texts that the server sends; who asked knows their types. */
const asSent = { getTypeParser: () => (value: string) => value };

/**
 * The few statements of the log are planned once per connection: planning an append anew costs as much as carrying it
 * out. Nothing may be planned as a scan of whole tables, which a plan made while they were small would be for good.
 */
const planOnce = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off';

/** How long the log waits for its database, in milliseconds. */
export interface Patience {
  readonly connectMs: number;
  readonly statementMs: number;
}

/** For an ordinary server. */
export const defaultPatience: Patience = { connectMs: 5_000, statementMs: 10_000 };

/** Settings of every connection to the log. A transaction left open would stall every reader, so none may be. */
export const connectionSettings = (url: string, name: string, patience: Patience): ClientConfig => ({
  connectionString: url,
  application_name: name,
  connectionTimeoutMillis: patience.connectMs,
  statement_timeout: patience.statementMs,
  idle_in_transaction_session_timeout: patience.statementMs,
  query_timeout: patience.statementMs + graceMs,
  keepAlive: true,
  options: planOnce,
  types: asSent,
});

/**
 * One connection that is made when needed and made again after it was lost, no more often than a growing delay allows;
 * in between every question fails at once. A server that does not answer counts as lost.
 */
export class LogConnection {
  private client: Client | undefined;
  private connecting: Promise<Client> | undefined;
  private delayMs = firstDelayMs;
  private notBefore = 0;
  private lastFailure: unknown;

  constructor(private readonly settings: ClientConfig) {}

  /** Sends a statement. Rejects with the server's error, or with whatever kept the server from answering. */
  async query(statement: Statement): Promise<QueryArrayResult<(string | null)[]>> {
    const client = this.client ?? (await this.connect());
    try {
      return await client.query({ ...statement, rowMode: 'array' });
    } catch (error) {
      if (!(error instanceof DatabaseError)) this.drop(client, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = this.client ?? (await this.connecting?.catch(() => undefined));
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<Client> {
    if (this.connecting !== undefined) return this.connecting;
    if (Date.now() < this.notBefore) throw this.lastFailure;
    this.connecting = this.open();
    try {
      return await this.connecting;
    } finally {
      this.connecting = undefined;
    }
  }

  private async open(): Promise<Client> {
    const client = new Client(this.settings);
    client.on('error', (error) => this.lose(client, error));
    client.on('end', () => this.lose(client, new Error('The connection to PostgreSQL has ended.')));
    try {
      await client.connect();
    } catch (error) {
      this.lastFailure = error;
      this.notBefore = Date.now() + this.delayMs;
      this.delayMs = Math.min(this.delayMs * 2, longestDelayMs);
      throw error;
    }
    this.delayMs = firstDelayMs;
    this.client = client;
    return client;
  }

  private lose(client: Client, error: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.lastFailure = error;
  }

  /** Gives up a connection that broke or fell silent, in whatever state it is. */
  private drop(client: Client, error: unknown): void {
    this.lose(client, error);
    client.end().catch(() => undefined);
  }
}
