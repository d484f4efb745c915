import { Client, type ClientConfig, type QueryArrayResult } from 'pg';
import type { Statement } from './append-statement';

const firstDelayMs = 50;
const longestDelayMs = 1_000;

/** Results are taken as the texts that the server sends; who asked knows their types. */
const asSent = { getTypeParser: () => (value: string) => value };

/** How long the log waits for its database, in milliseconds. */
export interface Patience {
  readonly connectMs: number;
  readonly statementMs: number;
}

/** Settings of every connection to the log. A transaction left open would stall every reader, so none may be. */
export const connectionSettings = (url: string, name: string, patience: Patience): ClientConfig => ({
  connectionString: url,
  application_name: name,
  connectionTimeoutMillis: patience.connectMs,
  statement_timeout: patience.statementMs,
  idle_in_transaction_session_timeout: patience.statementMs,
  keepAlive: true,
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

  constructor(
    private readonly settings: ClientConfig,
    private readonly patience: Patience,
  ) {}

  /** Sends a statement. Rejects with the server's error, or with whatever kept the server from answering. */
  async query(statement: Statement): Promise<QueryArrayResult<(string | null)[]>> {
    const client = this.client ?? (await this.connect());
    return this.inTime(client, client.query({ ...statement, rowMode: 'array' }));
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

  /** The server ends statements that take too long; when even that does not come back, the connection is given up. */
  private async inTime<T>(client: Client, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error('PostgreSQL did not answer in time.');
        this.lose(client, error);
        reject(error);
        client.end().catch(() => undefined);
      }, this.patience.statementMs + 2_000);
    });
    try {
      return await Promise.race([answer, silence]);
    } finally {
      clearTimeout(timer);
    }
  }
}
