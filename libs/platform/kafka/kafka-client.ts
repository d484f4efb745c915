import { Kafka, logLevel } from 'kafkajs';
import type { Report } from '#libs/platform/runtime/report';

/** Where the brokers are and who asks. */
export interface KafkaSettings {
  /** Host and port of one or more brokers. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and quotas. */
  readonly clientId: string;
  readonly ssl?: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/**
 * The client for one process. It tries again for a few seconds only: whoever uses it has a longer breath and knows what
 * must not be tried twice. What it has to say goes to the operator, without the contents of messages.
 */
export const kafkaClient = (settings: KafkaSettings, report: Report): Kafka => {
  const { brokers, clientId, ssl, sasl } = settings;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as never }),
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
