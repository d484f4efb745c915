const { rm } = require('node:fs/promises');

module.exports = async () => {
  const { desk, run } = globalThis.regularsTestKafka ?? {};
  desk?.close();
  const broker = await run?.starting?.catch(() => undefined);
  await broker?.stop();
  if (run?.folder !== undefined) await rm(run.folder, { recursive: true, force: true });
};
