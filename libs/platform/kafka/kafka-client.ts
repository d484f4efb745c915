import { readFileSync } from 'node:fs';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import type { Report } from '#libs/platform/runtime/report';

/** Where the brokers are and who asks. */
export interface KafkaSettings {
  /** Host and port of one or more brokers. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and quotas. */
  readonly clientId: string;
  /** Encrypted, with certificates by the authorities that Node.js knows, or by those of a PEM file alone. */
  readonly tls?: { readonly caFile?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

const secured = ({ tls, sasl }: KafkaSettings): Pick<KafkaConfig, 'ssl' | 'sasl'> => ({
  ...(tls === undefined ? {} : { ssl: tls.caFile === undefined ? true : { ca: [readFileSync(tls.caFile, 'utf8')] } }),
  ...(sasl === undefined ? {} : { sasl: { ...sasl } as never }),
});

/**
 * The client for one process. It tries again for a few seconds only: whoever uses it has a longer breath and knows what
 * must not be tried twice. What it has to say goes to the operator, without the contents of messages. Throws when the file
 * of authorities cannot be read.
 */
export const kafkaClient = (settings: KafkaSettings, report: Report): Kafka => {
  const { brokers, clientId } = settings;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...secured(settings),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 },
    logLevel: logLevel.ERROR,
    logCreator:
      () =>
      ({ namespace, log }) =>
        report('kafka-client', { part: namespace, error: log['error'] ?? log.message, groupId: log['groupId'] }),
  });
};
