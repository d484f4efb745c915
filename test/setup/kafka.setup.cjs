// One throw-away Kafka broker per run, started when the first suite asks for it; see `postgres.setup.cjs`.
const { mkdtemp } = require('node:fs/promises');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { brokerFiles } = require('../../libs/platform/kafka/broker-files');
const { LocalBroker } = require('../../libs/platform/kafka/local-broker');

module.exports = async () => {
  if (process.env.KAFKA_BROKERS) return;
  const run = { folder: undefined, starting: undefined };
  const start = async () => {
    const files = brokerFiles(join(__dirname, '..', '..', '.cache'));
    if (files.missing !== undefined) throw new Error(files.missing);
    run.folder = await mkdtemp(join(tmpdir(), 'regulars-kafka-'));
    return LocalBroker.start({ files, folder: run.folder });
  };
  const desk = createServer((socket) => {
    socket.on('error', () => undefined);
    run.starting ??= start();
    run.starting.then(
      (broker) => socket.end(JSON.stringify({ address: broker.address })),
      (error) => socket.end(JSON.stringify({ error: String(error) })),
    );
  });
  await new Promise((resolve) => desk.listen(0, '127.0.0.1', resolve));
  desk.unref();
  process.env.REGULARS_TEST_KAFKA_PORT = String(desk.address().port);
  globalThis.regularsTestKafka = { desk, run };
};
