import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builtProgram } from './built-program';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'regulars-built-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const build = async (...under: readonly string[]): Promise<string> => {
  const program = join(root, ...under, 'apps', 'worker', 'src', 'main.js');
  await mkdir(dirname(program), { recursive: true });
  await writeFile(program, '');
  return program;
};

it('is beside this program where this one is built', async () => {
  const program = await build('dist');
  expect(builtProgram('worker', join(root, 'dist', 'apps', 'cli', 'src'))).toBe(program);
});

it('is in dist where this program runs from its sources', async () => {
  const program = await build('dist');
  expect(builtProgram('worker', join(root, 'apps', 'cli', 'src'))).toBe(program);
});

it('is the nearest one of several', async () => {
  await build('dist');
  const near = await build('copy', 'dist');
  expect(builtProgram('worker', join(root, 'copy', 'apps', 'cli', 'src'))).toBe(near);
});

it('is of the app that was asked for', async () => {
  await build('dist');
  const ask = () => builtProgram('relay', join(root, 'dist', 'apps', 'cli', 'src'));
  expect(ask).toThrow('The program relay is not built: run "npm run build" first.');
});
