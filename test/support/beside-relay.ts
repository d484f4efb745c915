import { DataSource } from 'typeorm';
import { catalogue } from '#libs/composition/contexts';
import { publishing } from '#libs/composition/publishing';
import { Bus } from '#libs/platform/app/bus';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { testBrokers } from '#libs/platform/testing/kafka-broker';
import { LogTail } from '#libs/platform/runtime/log-tail';
import type { Chain } from './chain';

const report = (): void => undefined;

/**
 * Runs another relay beside that of the chain, for as long as the work takes: one that asks nobody whether it is its
 * turn, as two do when a lock was lost and nobody has noticed. Both then publish everything.
 */
export const besideRelay = async (chain: Chain, work: () => Promise<void>): Promise<void> => {
  const { url } = chain.services.database;
  const store = await PostgresEventStore.open({ url });
  const source = await new DataSource({ type: 'postgres', url, poolSize: 2 }).initialize();
  const settings = { brokers: await testBrokers(), prefix: chain.prefix, replication: 1, service: 'beside' };
  const bus = await Bus.open(settings, { store, source, catalogue, report });
  const relay = bus.relay(new LogTail(store, catalogue), publishing);
  relay.start();
  try {
    await work();
    await relay.caughtUp(await store.latest());
  } finally {
    await relay.stop();
    await source.destroy();
    await store.close();
  }
};
