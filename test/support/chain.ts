import { DataSource } from 'typeorm';
import { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { topicsOf } from '#libs/platform/kafka/topics';
import { freshName } from '#libs/platform/testing/kafka-broker';
import type { FreshDatabase } from '#libs/platform/testing/postgres';
import { accepted, Client } from './client';
import { S1 } from './club';
import { Log } from './log';
import { fixedFor, perDollar, programme } from './programmes';
import { eventually } from './server-process';
import { Services, type Environment, type ServiceName, type ServiceProcess } from './service-process';
import { Till } from './till';

/** What a chain runs on. */
export interface ChainGround {
  readonly brokers: readonly string[];
  /** A fresh one on the run's own PostgreSQL unless told. */
  readonly database?: FreshDatabase;
}

/** The services of every chain here; more of them can be started beside. */
const usual: readonly ServiceName[] = ['till-api', 'office-api', 'worker', 'relay'];

/** As soon as brokers allow: a killed worker's work is taken over after this long. */
const sessionSeconds = 6;

/** A machine that is slow and busy takes a while to come to rest. */
const restWithinMs = 240_000;

/** What every member gets for joining: the effect of a policy. */
export const forJoining = 7;

const feedNames = ['read-models', 'policies'] as const;

/** Followers of the log that have not dealt with all of it, in one look at the database. */
const behindText = `
WITH latest AS (
  SELECT xid::text::bigint AS xid, position FROM log.events ORDER BY events.xid DESC, position DESC LIMIT 1
), wanted AS (
  SELECT 'relay' AS name, 0 AS partition UNION ALL SELECT feed, p FROM unnest($1::text[]) feed, generate_series(0, $2 - 1) p
), places AS (
  SELECT name, 0 AS partition, xid, position FROM read.checkpoints WHERE name NOT LIKE 'policy:%'
  UNION ALL SELECT feed, partition, xid, position FROM read.feed_offsets
)
SELECT name || ' ' || partition || ' at ' || coalesce(places.position, 0) || ' of ' || latest.position AS text
FROM latest, wanted FULL JOIN places USING (name, partition)
WHERE (coalesce(places.xid, 0), coalesce(places.position, 0)) < (latest.xid, latest.position) ORDER BY 1`;

/** A chain run as services over a bus, with its office and a till, whichever of its processes come and go. */
export class Chain {
  private readonly running = new Map<ServiceName, ServiceProcess>();
  /** Head office. */
  readonly office: Client;
  /** Till T1 of store S1. */
  till: Till;

  private constructor(
    readonly services: Services,
    readonly kafka: ReturnType<typeof kafkaClient>,
    private readonly database: DataSource,
    readonly prefix: string,
  ) {
    this.office = new Client(() => this.process('office-api').url, services.env['REGULARS_ADMIN_TOKEN'] ?? null);
  }

  /** Starts one of each service, opens S1 with its till, and publishes a programme that rewards joining. */
  static async open({ brokers, database }: ChainGround): Promise<Chain> {
    const prefix = freshName();
    const settings: Environment = {
      KAFKA_BROKERS: brokers.join(','),
      REGULARS_KAFKA_PREFIX: prefix,
      REGULARS_KAFKA_SESSION_SECONDS: String(sessionSeconds),
    };
    const services = await Services.prepare(settings, database);
    const source = await new DataSource({ type: 'postgres', url: services.database.url, poolSize: 2 }).initialize();
    const kafka = kafkaClient({ brokers, clientId: prefix }, () => undefined);
    const chain = new Chain(services, kafka, source, prefix);
    try {
      await chain.begin();
      return chain;
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  /** The topic that carries all facts. */
  get topic(): ReturnType<typeof topicsOf>['facts'] {
    return topicsOf(this.prefix).facts;
  }

  /** The feeds that the workers share, which are consumer groups too. */
  get feeds(): readonly string[] {
    return feedNames.map((name) => `${this.prefix}.${name}`);
  }

  /** The process that runs as a service at present. */
  process(name: ServiceName): ServiceProcess {
    const found = this.running.get(name);
    if (found === undefined) throw new Error(`The ${name} does not run.`);
    return found;
  }

  /** Starts a service, which takes the place of the one before. Resolves once it is ready. */
  async start(name: ServiceName, more: Environment = {}): Promise<ServiceProcess> {
    const service = this.services.start(name, more);
    this.running.set(name, service);
    return service.ready();
  }

  /** Asks the database. */
  query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.database.query<readonly Row[]>(text, [...values]);
  }

  /** Does something while a statement's locks are held. */
  async holding<T>(statement: string, work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(statement);
      return work();
    });
  }

  /** Reads the log from outside. */
  async look<T>(at: (log: Log) => Promise<T>): Promise<T> {
    const log = await Log.at(this.services.database.url);
    try {
      return await at(log);
    } finally {
      await log.close();
    }
  }

  /** Waits until everything that was acknowledged was published and has had all its effects, and those theirs. */
  async settled(): Promise<void> {
    let behind: readonly { readonly text: string }[] = [];
    const isAtRest = async (): Promise<boolean> => {
      behind = await this.query<{ text: string }>(behindText, [this.feeds, this.topic.partitions]);
      return behind.length === 0;
    };
    const told = (): string => `everything is dealt with; behind: ${behind.map(({ text }) => text).join(', ')}`;
    await eventually(told, isAtRest, restWithinMs);
  }

  /** Stops whatever runs and removes everything. */
  async close(): Promise<void> {
    await this.database.destroy();
    await this.services.close();
  }

  private async begin(): Promise<void> {
    for (const name of usual) this.running.set(name, this.services.start(name));
    for (const name of usual) await this.process(name).ready();
    accepted(await this.office.post('/v1/stores', S1));
    const { token } = accepted(await this.office.post<{ token: string }>('/v1/stores/S1/tills', { tillId: 'T1' }));
    const client = new Client(() => this.process('till-api').url, token);
    const now = (): string => new Date().toISOString();
    this.till = new Till(client, { storeId: 'S1', tillId: 'T1', currency: 'AUD', now });
    const document = programme({ rules: [perDollar(1), fixedFor('enrolment', forJoining)] });
    accepted(await this.office.post('/v1/programme/versions', { document, note: 'first' }));
    await eventually('the till knows the programme', async () => (await client.get('/v1/programme')).status === 200);
  }
}
