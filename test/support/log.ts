import { setTimeout as sleep } from 'node:timers/promises';
import { comparePositions, logStart, type LogPosition, type ReadEvent } from '#libs/platform/event-store/event-store';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { toText } from '#libs/platform/kernel/instant';
import type { ServerProcess } from './server-process';

/** A fact as the log holds it; instants as RFC 3339 texts. */
export interface LoggedFact {
  readonly streamId: string;
  readonly revision: number;
  readonly eventId: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: string;
  readonly recordedAt: string;
}

const factOf = ({ data, occurredAt, recordedAt, ...event }: ReadEvent): LoggedFact => ({
  streamId: event.streamId,
  revision: event.revision,
  eventId: event.eventId,
  type: event.type,
  data: JSON.parse(data) as Record<string, unknown>,
  at: toText(occurredAt),
  recordedAt: toText(recordedAt),
});

const pageSize = 5_000;
const askAgainMs = 20;

/** The log of a server, looked at from outside. */
export class Log {
  private constructor(private readonly store: PostgresEventStore) {}

  static async of(server: ServerProcess): Promise<Log> {
    return Log.at(await server.databaseUrl());
  }

  /** The log in a database. */
  static async at(url: string): Promise<Log> {
    return new Log(await PostgresEventStore.open({ url }));
  }

  /** Where it ends: moves with every fact. */
  end(): Promise<LogPosition> {
    return this.store.latest();
  }

  /** The facts of one stream, in order. */
  async stream(streamId: string): Promise<readonly LoggedFact[]> {
    return (await this.store.readStream(streamId, 0, 100_000)).map(factOf);
  }

  /** Every fact that is committed now, in order, and what follows meanwhile: a transaction that is open holds back reading. */
  async everything(): Promise<readonly LoggedFact[]> {
    const facts: LoggedFact[] = [];
    const end = await this.store.latest();
    let after = logStart;
    while (comparePositions(after, end) < 0) {
      const page = await this.store.readAll(after, pageSize);
      facts.push(...page.map(factOf));
      if (page.length === 0) await sleep(askAgainMs);
      after = page.at(-1) ?? after;
    }
    return facts;
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
