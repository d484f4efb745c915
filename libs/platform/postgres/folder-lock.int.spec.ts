import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { otherProcess } from '#libs/platform/testing/other-process';
import { FolderInUse, lockFolder } from './folder-lock';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another process that takes the lock, says whether it got it, and stays. */
const contender = () =>
  otherProcess(`
    const { lockFolder } = require('./libs/platform/postgres/folder-lock.ts');
    lockFolder(${JSON.stringify(folder)}).then(() => console.log('got it'), (error) => console.log(error.message));
    setTimeout(() => undefined, 240_000);
  `);

it('admits one, and names folder and process to the next', async () => {
  const lock = await lockFolder(folder);
  const refused = await lockFolder(folder).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(FolderInUse);
  expect(refused).toMatchObject({ folder, pid: process.pid });
  expect((refused as Error).message).toContain(folder);
  expect((refused as Error).message).toContain(String(process.pid));
  await lock.release();
  await (await lockFolder(folder)).release();
});

it('makes the folder it locks', async () => {
  const inner = join(folder, 'new', 'data');
  await (await lockFolder(inner)).release();
  expect(await readdir(inner)).toHaveLength(1);
});

it('stays with a living process and falls with a killed one', async () => {
  const other = contender();
  expect(await other.said).toBe('got it');
  await expect(lockFolder(folder)).rejects.toMatchObject({ pid: other.process.pid });
  await other.kill();
  await (await lockFolder(folder)).release();
});

it('is not held by another process that was given the same number', async () => {
  await writeFile(join(folder, 'lock.1'), JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }));
  await (await lockFolder(folder)).release();
});

it('is not held by a file that was cut short', async () => {
  await writeFile(join(folder, 'lock.7'), '{"pid":');
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual(['lock.8']);
});

it('goes to exactly one of many that find a lock left behind', async () => {
  await writeFile(join(folder, 'lock.3'), JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }));
  for (let round = 0; round < 20; round++) {
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const winners = attempts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(winners).toHaveLength(1);
    for (const each of attempts) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(FolderInUse);
    await winners[0]!.release();
    expect(await readdir(folder)).toHaveLength(1);
  }
});

it('goes to exactly one of several processes that start together', async () => {
  const others = Array.from({ length: 4 }, contender);
  const answers = await Promise.all(others.map((each) => each.said));
  expect(answers.filter((answer) => answer === 'got it')).toHaveLength(1);
  await Promise.all(others.map((each) => each.kill()));
});
