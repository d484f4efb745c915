// One throw-away PostgreSQL per run, started when the first suite asks for it: suites run in processes of their own,
// so they ask over a local connection and are told its address. Runs without such suites start nothing.
const { mkdtemp } = require('node:fs/promises');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { EmbeddedPostgres } = require('../../libs/platform/postgres/embedded-postgres');
const { removeLeftOvers } = require('./left-overs.cjs');

module.exports = async () => {
  if (process.env.DATABASE_URL !== undefined) return;
  const run = { folder: undefined, starting: undefined };
  const start = async () => {
    await removeLeftOvers().catch(() => undefined);
    run.folder = await mkdtemp(join(tmpdir(), 'regulars-test-'));
    return EmbeddedPostgres.start({ folder: run.folder, durable: false });
  };
  const desk = createServer((socket) => {
    socket.on('error', () => undefined);
    run.starting ??= start();
    run.starting.then(
      (server) => socket.end(JSON.stringify({ url: server.url })),
      (error) => socket.end(JSON.stringify({ error: String(error) })),
    );
  });
  await new Promise((resolve) => desk.listen(0, '127.0.0.1', resolve));
  desk.unref();
  process.env.REGULARS_TEST_POSTGRES_PORT = String(desk.address().port);
  globalThis.regularsTestPostgres = { desk, run };
};
