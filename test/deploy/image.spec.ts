import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serviceFlags } from '#libs/platform/runtime/node-flags';
import { cacheBytesFor } from '#libs/platform/runtime/state-cache';
import { textOf, yamlOf } from '../support/deploy-files';

const root = dirname(dirname(__dirname));

/** Instructions with their arguments, continued lines joined, comments left out. */
const instructions = textOf('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter(Boolean)
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);

const argumentsOf = (wanted: string): readonly string[] =>
  instructions.filter(([name]) => name === wanted).map(([, rest]) => rest);

const stages = argumentsOf('FROM');

it('knows every instruction', () => {
  for (const [name] of instructions)
    expect(['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'VOLUME', 'EXPOSE', 'ENTRYPOINT', 'CMD']).toContain(name);
});

it('builds in one stage and runs in another, on the same small system', () => {
  expect(stages.length).toBe(2);
  expect(new Set(stages.map((stage) => stage.split(' ')[0])).size).toBe(1);
  for (const stage of stages) expect(stage).toMatch(/^node:20\.\d+-bookworm-slim/);
});

it('runs as nobody special', () => {
  const user = instructions.findIndex(([name]) => name === 'USER');
  expect(instructions[user]?.[1]).toBe('node');
  expect(instructions.slice(user).some(([name]) => name === 'RUN' || name === 'COPY')).toBe(false);
});

it('copies what there is and what the build is shown', () => {
  const shown = textOf('.dockerignore').split('\n');
  for (const copy of argumentsOf('COPY')) {
    const [from, ...paths] = copy.split(' ');
    if (from?.startsWith('--from=') === true) continue;
    for (const path of [from ?? '', ...paths].slice(0, -1)) {
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
      expect(shown.some((line) => line.startsWith(`!${path}`.replace(/\/$/, '')))).toBe(true);
    }
  }
});

it('shows the build nothing but sources', () => {
  const [first] = textOf('.dockerignore').split('\n');
  expect(first).toBe('*');
});

it('leaves out what only development needs', () => {
  const removal = argumentsOf('RUN').find((run) => run.includes('npm prune')) ?? '';
  expect(removal).toContain('--omit=dev');
});

it('starts a program that there is', () => {
  const [program = ''] = JSON.parse(argumentsOf('CMD')[0] ?? '[]') as string[];
  expect(existsSync(join(root, program.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
});

it('has the command line on its path, where it is to be built', () => {
  const [from = '', to = ''] = (argumentsOf('COPY').find((copy) => copy.endsWith('bin/regulars')) ?? '').split(' ');
  const [workdir = ''] = argumentsOf('WORKDIR').slice(-1);
  expect(argumentsOf('ENV').join(' ')).toContain(`PATH=${join(workdir, dirname(to))}:$PATH`);
  const app = mkdtempSync(join(tmpdir(), 'regulars-image-'));
  try {
    const main = 'dist/apps/cli/src/main.js';
    expect(existsSync(join(root, main.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
    for (const path of [to, main]) mkdirSync(join(app, dirname(path)), { recursive: true });
    copyFileSync(join(root, from), join(app, to));
    writeFileSync(join(app, main), 'console.log(JSON.stringify(process.argv.slice(2)));');
    const path = `${join(app, dirname(to))}:${process.env['PATH'] ?? ''}`;
    const said = execFileSync('regulars', ['repair', 'a stream'], { cwd: '/', env: { PATH: path } });
    expect(JSON.parse(said.toString())).toEqual(['repair', 'a stream']);
  } finally {
    rmSync(app, { recursive: true });
  }
});

it('leaves the states that a service keeps room in the heap, and the heap room in the container', () => {
  const flags = JSON.parse(argumentsOf('ENTRYPOINT')[0] ?? '[]') as string[];
  expect(flags).toEqual(expect.arrayContaining([...serviceFlags]));
  const all = `${flags.join(' ')} ${argumentsOf('ENV').join(' ')}`;
  const megabytesOf = (flag: string): number => Number(new RegExp(`--${flag}=(\\d+)`).exec(all)?.[1] ?? NaN);
  const heap = megabytesOf('max-old-space-size');
  const young = 3 * megabytesOf('max-semi-space-size');
  const states = cacheBytesFor((heap + young) * 1024 ** 2) / 1024 ** 2;
  expect(heap).toBeGreaterThan(states * 3);
  const compose = /limits: \{ cpus: '1\.0', memory: (\d+)M \}/.exec(textOf('docker-compose.yml'))?.[1];
  const pods = ['till-api', 'office-api', 'worker', 'relay'].map((name) =>
    Number(/limits:\s+cpu: \S+\s+memory: (\d+)Mi/.exec(textOf(`deploy/kubernetes/base/${name}.yaml`))?.[1]),
  );
  // Three halves of the young generation, and what lies outside of the heap.
  const whole = heap + young + 200;
  for (const limit of [Number(compose), ...pods]) expect(limit).toBeGreaterThan(whole);
});

it('is the one that Compose builds', () =>
  expect(yamlOf('docker-compose.yml')).toMatchObject({ services: { worker: { build: '.' } } }));
