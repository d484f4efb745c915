const { rm } = require('node:fs/promises');

module.exports = async () => {
  const { desk, run } = globalThis.regularsTestPostgres ?? {};
  desk?.close();
  const server = await run?.starting?.catch(() => undefined);
  await server?.stop();
  if (run?.folder !== undefined) await rm(run.folder, { recursive: true, force: true });
};
