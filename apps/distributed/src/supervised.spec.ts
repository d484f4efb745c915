import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervised, type Supervision } from './supervised';

let folder: string;
let lines: string[];
let heard: () => void;
let supervised: Supervised | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-supervised-'));
  [lines, heard, supervised] = [[], () => undefined, undefined];
});
afterEach(async () => {
  await supervised?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Supervises a program that is one line of code. */
const run = async (code: string, parts: Partial<Supervision> = {}): Promise<Supervised> => {
  const program = join(folder, 'program.cjs');
  await writeFile(program, code);
  const say = (line: string): void => {
    lines.push(line);
    heard();
  };
  supervised = new Supervised({ label: 'relay', program, env: process.env, say, againAfterMs: 10, ...parts });
  return supervised;
};

const until = async (reached: () => boolean): Promise<void> => {
  while (!reached()) await new Promise<void>((resolve) => (heard = resolve));
};

const serving = `console.log('The relay serves at http://127.0.0.1:3004'); process.once('disconnect', () => process.exit());`;
const untilTold = `setInterval(() => undefined, 1e6);`;

it('tells where the program serves, and says its lines under its label', async () => {
  const service = await run(`${serving} console.error('and warns'); ${untilTold}`);
  expect(await service.serves).toBe('http://127.0.0.1:3004');
  await until(() => lines.length === 2);
  expect([...lines].sort()).toEqual(['relay | The relay serves at http://127.0.0.1:3004', 'relay | and warns']);
  expect(service.runs).toBe(1);
});

it('gives the program its environment and a process of its own', async () => {
  const code = `console.log(process.env.MARK, process.pid, typeof process.send); ${serving} ${untilTold}`;
  const service = await run(code, { env: { ...process.env, MARK: 'seven' } });
  await service.serves;
  expect(lines[0]).toBe(`relay | seven ${service.pid} function`);
  expect(service.pid).not.toBe(process.pid);
});

it('ends the program in order when it is stopped, and does not start it again', async () => {
  const code = `process.once('SIGTERM', () => { console.log('ends in order'); process.exit(3); }); ${serving} ${untilTold}`;
  const service = await run(code);
  await service.serves;
  await service.stop();
  await service.stop();
  expect(lines.at(-1)).toBe('relay | ends in order');
  expect([service.runs, service.pid]).toEqual([1, undefined]);
});

it('starts a program again that ended by itself, however it ended', async () => {
  const service = await run(`${serving} ${untilTold}`);
  await service.serves;
  process.kill(service.pid ?? 0, 'SIGKILL');
  await until(() => lines.length === 3);
  expect(lines).toEqual([
    'relay | The relay serves at http://127.0.0.1:3004',
    'relay | ended by itself (SIGKILL); starting it again',
    'relay | The relay serves at http://127.0.0.1:3004',
  ]);
  expect(service.runs).toBe(2);
});

it('says so when the program ends before it serves, and tries on', async () => {
  const service = await run(`console.error('no database'); process.exitCode = 1;`);
  await expect(service.serves).rejects.toThrow('relay ended instead of serving.');
  await until(() => service.runs > 1);
  expect(lines.slice(0, 2)).toEqual(['relay | no database', 'relay | ended by itself (1); starting it again']);
});

it('starts nothing more once it is stopped between two runs', async () => {
  const service = await run(`process.exitCode = 1;`, { againAfterMs: 60_000 });
  await until(() => lines.length === 1);
  await service.stop();
  expect([service.runs, service.pid]).toEqual([1, undefined]);
});
