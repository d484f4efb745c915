import { randomUUID } from 'node:crypto';
import { Client, type ClientConfig, type Pool } from 'pg';

const channel = 'regulars_appended';
const silenceMs = 50;
const firstDelayMs = 100;
const longestDelayMs = 5_000;

/**
 * Tells listeners that something was appended: those of this process at the next turn of the event loop, those of
 * other processes through NOTIFY, at most once in 50 ms and never inside the appending transaction, where it would
 * make all commits wait for each other. A lost signal costs nothing but time, since readers poll as well.
 */
export class AppendSignal {
  private readonly listeners = new Set<() => void>();
  private readonly self = randomUUID();
  private wakeUpDue = false;
  private notifyDue: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private ear: Client | undefined;
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly settings: ClientConfig,
  ) {}

  /** Starts to listen for other processes, for as long as it takes. */
  start(): void {
    void this.listen(firstDelayMs);
  }

  /** To be called after a commit. */
  raise(): void {
    this.wake();
    this.notifyDue ??= setTimeout(() => {
      this.notifyDue = undefined;
      this.pool.query('SELECT pg_notify($1, $2)', [channel, this.self]).catch(() => undefined);
    }, silenceMs).unref();
  }

  /** Adds a listener; the answer removes it. */
  add(listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.notifyDue);
    clearTimeout(this.retry);
    this.listeners.clear();
    await this.ear?.end().catch(() => undefined);
  }

  private wake(): void {
    if (this.wakeUpDue) return;
    this.wakeUpDue = true;
    setImmediate(() => {
      this.wakeUpDue = false;
      for (const listener of this.listeners) listener();
    });
  }

  private async listen(delayMs: number): Promise<void> {
    const client = new Client(this.settings);
    const again = (wait: number): void => {
      if (this.closed || this.ear !== client) return;
      this.ear = undefined;
      this.retry = setTimeout(() => void this.listen(Math.min(wait * 2, longestDelayMs)), wait).unref();
    };
    this.ear = client;
    client.on('error', () => again(firstDelayMs));
    client.on('end', () => again(firstDelayMs));
    client.on('notification', ({ payload }) => {
      if (payload !== this.self) this.wake();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.wake();
    } catch {
      again(delayMs);
      await client.end().catch(() => undefined);
    }
  }
}
