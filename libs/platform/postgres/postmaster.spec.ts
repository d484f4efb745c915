import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partsOf } from './cluster';
import { postmasterOf, readyPostmasterOf, shutDown } from './postmaster';
import { identify } from './process-identity';

let folder: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-postmaster-'));
  await mkdir(partsOf(folder).cluster);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(folder, { recursive: true, force: true });
});

/** A process that has said something. */
const processOf = async (program: string): Promise<number> => {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
};

/** A process that has nothing to do but to name something in its command line. */
const processNaming = async (text: string): Promise<number> => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6)', text]);
  children.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
};

/** What PostgreSQL writes: number, folder, start, port, socket folder, address, shared memory, state. */
const noted = (pid: number | string, cluster = partsOf(folder).cluster, state = 'ready   '): Promise<void> =>
  writeFile(partsOf(folder).postmaster, [pid, cluster, 1, 5_432, '', '127.0.0.1', 7, state, ''].join('\n'));

describe('the server of a folder', () => {
  it('is none before anything was written', async () => expect(await postmasterOf(folder)).toBeUndefined());

  it('is the process that was noted, while it serves this folder', async () => {
    const pid = await processNaming(partsOf(folder).cluster);
    await noted(pid);
    expect(await postmasterOf(folder)).toEqual(identify(pid));
  });

  it.each(['', 'x', '0', '1', '-5', '1.5', String(2 ** 30)])('is none when the number is %j', async (pid) => {
    await noted(pid);
    expect(await postmasterOf(folder)).toBeUndefined();
  });

  it('is not a process of another folder', async () => {
    await noted(await processNaming('/elsewhere'));
    expect(await postmasterOf(folder)).toBeUndefined();
  });

  it('is the process that was noted, by whatever name the folder is reached', async () => {
    const { cluster } = partsOf(folder);
    const pid = await processNaming(cluster);
    await noted(pid);
    const link = `${folder}-link`;
    await symlink(folder, link);
    expect(await postmasterOf(link)).toEqual(identify(pid));
    await noted(await processNaming(partsOf(link).cluster), partsOf(link).cluster);
    expect(await postmasterOf(folder)).toBeDefined();
    await rm(link);
  });

  it('is none when what was noted is of another folder, as in a copy', async () => {
    await noted(await processNaming(partsOf(folder).cluster), '/elsewhere/postgres');
    expect(await postmasterOf(folder)).toBeUndefined();
  });

  it('is none when the note was cut short', async () => {
    await writeFile(partsOf(folder).postmaster, String(await processNaming(partsOf(folder).cluster)));
    expect(await postmasterOf(folder)).toBeUndefined();
  });
});

describe('the server that takes connections', () => {
  it.each([
    ['ready   ', true],
    ['ready', true],
    ['starting', false],
    ['stopping', false],
    ['standby ', false],
    ['', false],
  ])('%j: %s', async (state, ready) => {
    const { cluster } = partsOf(folder);
    const pid = await processNaming(cluster);
    await noted(pid, cluster, state);
    expect(await readyPostmasterOf(folder)).toEqual(ready ? identify(pid) : undefined);
  });

  it('is none without a note', async () => expect(await readyPostmasterOf(folder)).toBeUndefined());

  it('is none when it was killed, whatever it has left behind', async () => {
    await noted(2 ** 30);
    expect(await readyPostmasterOf(folder)).toBeUndefined();
  });
});

describe('shutting down', () => {
  it('ends the process, and waits until it has ended', async () => {
    const server = identify(await processNaming('anything'));
    await shutDown(server!);
    expect(identify(server!.pid)).toBeUndefined();
  });

  it.each([
    ['takes no signals', 'setInterval(() => undefined, 1e6); process.kill(process.pid, "SIGSTOP")'],
    ['ignores them', 'for (const name of ["SIGINT", "SIGQUIT"]) process.on(name, () => 0); setInterval(() => 0, 1e6)'],
  ])('kills a process that %s once it has had its time', async (_, program) => {
    const pid = await processOf(`process.stdout.write("here", () => { ${program} })`);
    const server = identify(pid);
    await shutDown(server!, { orderlyMs: 100, quickMs: 100 });
    expect(identify(pid)).toBeUndefined();
  });

  it('leaves another process alone that was given the same number', async () => {
    const pid = await processNaming('anything');
    await shutDown({ pid, startedAt: 'long ago' });
    await new Promise(setImmediate);
    expect(children[0]).toMatchObject({ exitCode: null, signalCode: null });
    expect(identify(pid)).toBeDefined();
  });
});
