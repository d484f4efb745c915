import { Club } from '../support/club';
import { programme } from '../support/programmes';
import { ServerProcess } from '../support/server-process';

/** A second server on the same folder, started by mistake. */
let club: Club;
beforeAll(async () => {
  club = await Club.open({ database: 'embedded', programme: programme() });
}, 360_000);
afterAll(() => club?.close(), 360_000);

it('it refuses to start, names the folder, and leaves the first alone', async () => {
  const second = await ServerProcess.prepare({ database: 'embedded', folder: club.server.folder });
  const member = await club.till.enrols();
  await expect(second.run()).rejects.toThrow(club.server.folder);
  expect(second.output.trim().split('\n')).toHaveLength(1);
  expect(second.output).not.toMatch(/\n\s+at /);
  await club.till.sells(member, 1_000);
  expect(await club.available(member)).toBe(10);
}, 360_000);

it('several at once on one fresh folder: one of them serves', async () => {
  const folder = (await ServerProcess.prepare({ database: 'embedded' })).folder;
  const several = await Promise.all(
    Array.from({ length: 3 }, () => ServerProcess.prepare({ database: 'embedded', folder })),
  );
  const started = await Promise.allSettled(several.map((server) => server.run()));
  const serving = several.filter((_, index) => started[index]?.status === 'fulfilled');
  expect(serving).toHaveLength(1);
  for (const server of several) await server.destroy();
}, 360_000);
