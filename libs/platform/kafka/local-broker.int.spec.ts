import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWithBroker,
  describeWithOwnBroker,
  freshName,
  ownBrokerFiles,
  testBrokers,
} from '#libs/platform/testing/kafka-broker';
import { kafkaClient } from './kafka-client';
import { javaVersionIn } from './broker-files';
import { LocalBroker } from './local-broker';

const said = (brokers: readonly string[]) => kafkaClient({ brokers, clientId: 'spec' }, () => undefined);

it.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_392"', 8],
  ['openjdk version "25" 2025-09-16', 25],
  ['command not found', 0],
])('reads in "%s" the version %d', (text, version) => {
  expect(javaVersionIn(text)).toBe(version);
});

describeWithBroker('the broker of a test run', () => {
  it('answers', async () => {
    const brokers = await testBrokers();
    expect(await testBrokers()).toEqual(brokers);
    const admin = said(brokers).admin();
    await admin.connect();
    expect((await admin.describeCluster()).brokers).toHaveLength(1);
    await admin.disconnect();
  });
});

describeWithOwnBroker('a broker of one’s own', () => {
  it('keeps what it was told over a crash and over a stop', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regulars-broker-'));
    const broker = await LocalBroker.start({ files: ownBrokerFiles(), folder });
    const topic = freshName();
    const admin = said([broker.address]).admin();
    try {
      await admin.connect();
      await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 3 }] });
      await admin.disconnect();
      await broker.kill();
      await expect(said([broker.address]).admin().connect()).rejects.toThrow();
      await broker.restart();
      await broker.restart();
      await admin.connect();
      expect(await admin.listTopics()).toContain(topic);
      await admin.disconnect();
    } finally {
      await broker.stop();
      await broker.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }, 240_000);

  it('says why it does not start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regulars-broker-'));
    const files = { ...ownBrokerFiles(), classPath: '/nowhere' };
    await expect(LocalBroker.start({ files, folder })).rejects.toThrow(/The broker ended[^]*kafka\.Kafka/);
    await rm(folder, { recursive: true, force: true });
  });
});
