import { randomBytes } from 'node:crypto';
import { startService, type RunningService, type Service } from '#libs/composition/service';
import { readConfig } from '#libs/platform/app/config';
import { envelopeIn } from '#libs/platform/kafka/arrival';
import type { OffsetMessage } from '#libs/platform/kafka/topic-mark';
import { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { MessageSender } from '#libs/platform/kafka/message-sender';
import { extentsOf, readTopic } from '#libs/platform/kafka/topic-reader';
import { topicsOf } from '#libs/platform/kafka/topics';
import { idOf } from '#libs/platform/kernel/decider';
import { freshName, testBrokers } from '#libs/platform/testing/kafka-broker';
import { manyPurchases, mapping, purchases } from '../../../testing/purchases';
import { Workbench } from '../../../testing/workbench';
import type { Difference } from '../../findings';
import type { BusFault } from './bus-faults';

/** Publishes the log. */
export const relay: Service = { name: 'relay', port: 0, desks: [], tasks: ['relay'] };
/** Keeps read models and runs policies. */
export const worker: Service = { name: 'worker', port: 0, desks: [], tasks: ['read-models', 'reactions'] };

/** A chain with forty-five tickets of three members, taken over the bus. */
export class BusChain {
  private constructor(
    readonly bench: Workbench,
    readonly prefix: string,
    readonly brokers: readonly string[],
  ) {}

  /** A chain whose services are still to be started. */
  static async open(): Promise<BusChain> {
    const [prefix, brokers] = [freshName(), await testBrokers()];
    const bench = await Workbench.open({
      KAFKA_BROKERS: brokers.join(','),
      REGULARS_KAFKA_PREFIX: prefix,
      REGULARS_MASTER_KEY: randomBytes(32).toString('hex'),
      REGULARS_ADMIN_TOKEN: `admin-${randomBytes(12).toString('hex')}`,
      REGULARS_WORKER_PORT: '0',
      REGULARS_RELAY_PORT: '0',
      REGULARS_LOG: 'silent',
    });
    const file = await bench.file('log.csv', purchases(manyPurchases(45, 3)));
    await bench.run('import', file, '--format', 'csv', '--mapping', await bench.file('map.json', mapping));
    return new BusChain(bench, prefix, brokers);
  }

  /** Starts a service in this process. */
  start(service: Service): Promise<RunningService> {
    const config = readConfig(this.bench.env);
    if ('errors' in config) throw new Error(config.errors.join());
    return startService(config, service);
  }

  /** What is found, once the services have come to the end of the log or not within so many seconds. */
  async verify(waitSeconds = 150): Promise<{ readonly code: number; readonly found: readonly Difference[] }> {
    const { code, lines, err } = await this.bench.run('verify', '--distributed', '--json', '--wait', `${waitSeconds}`);
    if (err !== '') throw new Error(err);
    return { code, found: lines.filter(({ event }) => event === 'difference') as unknown as Difference[] };
  }

  /** Sends the message of an event once more, after something was done to its text. */
  async sendAgain(streamId: string, revision: number, change: (text: string) => string): Promise<void> {
    const kafka = kafkaClient({ brokers: this.brokers, clientId: this.prefix }, () => undefined);
    const topic = topicsOf(this.prefix).facts;
    const texts: string[] = [];
    const take = async (_: number, messages: readonly OffsetMessage[]): Promise<void> => {
      for (const message of messages) {
        const envelope = envelopeIn(message);
        if (envelope?.subject === streamId && envelope.streamrevision === revision)
          texts.push(message.value?.toString() ?? '');
      }
    };
    await readTopic({ kafka, topic, extents: await extentsOf(kafka, topic), take });
    const sender = new MessageSender(kafka);
    const [text = ''] = texts;
    await sender.send({ topic: topic.name, messages: [{ key: idOf(streamId), value: change(text) }] });
    await sender.close();
  }

  /** Changes what can never be changed, as only the superuser of the database can. */
  async sql(text: string): Promise<void> {
    await this.bench.sql(`SET session_replication_role = replica; GRANT ALL ON log.events TO CURRENT_USER; ${text}`);
  }

  /** Plants something wrong, and answers how to put it right again. */
  async plant({ tables, change }: Pick<BusFault, 'tables' | 'change'>): Promise<() => Promise<unknown>> {
    const kept = tables.map((table) => [table, `kept_${table.replace('.', '_')}`] as const);
    for (const [table, copy] of kept)
      await this.sql(`DROP TABLE IF EXISTS ${copy}; CREATE TABLE ${copy} AS SELECT * FROM ${table}`);
    await this.sql(change);
    return () =>
      this.sql(
        kept.map(([table, copy]) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${copy};`).join(' '),
      );
  }

  /** A few tickets of one member more. */
  async sells(member: string): Promise<void> {
    const rows = manyPurchases(3, 1).map((row, index) => ({ ...row, member, ticket: `${member}-${index}` }));
    const file = await this.bench.file(`${member}.csv`, purchases(rows));
    await this.bench.run('import', file, '--format', 'csv', '--mapping', await this.bench.file('map.json', mapping));
  }

  async close(): Promise<void> {
    await this.bench.close();
  }
}
