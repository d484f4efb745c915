// A run that was killed leaves its server running and its folder behind. The next run that needs a server ends the one
// and removes the other, where the folder is old enough to belong to no run of now, and nobody holds it.
const { readdir, rm, stat } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { lockFolder } = require('../../libs/platform/postgres/folder-lock');
const { postmasterOf, shutDown } = require('../../libs/platform/postgres/postmaster');

const oldMs = 3_600_000;
const throwAway = /^regulars-(test|embedded|faults)-/;

exports.removeLeftOvers = async () => {
  for (const name of (await readdir(tmpdir())).filter((each) => throwAway.test(each))) {
    const folder = join(tmpdir(), name);
    if (Date.now() - (await stat(folder)).birthtimeMs < oldMs) continue;
    const isFree = await lockFolder(folder).then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    const orphan = await postmasterOf(folder);
    if (orphan !== undefined) await shutDown(orphan);
    await rm(folder, { recursive: true, force: true });
  }
};
