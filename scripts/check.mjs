// Every rule that a machine can check: `npm run check`, or `npm run check -- lint` for one of them. Two run at a time;
// each that fails prints its own report (rule, file, line), and the exit code is 1 if any failed.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = ['apps', 'libs', 'test'];

/** The longest first, so that the others run beside it. */
const steps = [
  { name: 'lint', says: 'ESLint with types', command: ['eslint', '--max-warnings', '0', ...folders] },
  { name: 'types', says: 'TypeScript, strict', command: ['tsc', '-p', 'tsconfig.json', '--noEmit'] },
  {
    name: 'imports',
    says: 'who may import whom (dependency-cruiser)',
    command: ['depcruise', ...folders, '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'],
  },
  { name: 'dead', says: 'dead code and dependencies (knip)', command: ['knip', '--no-config-hints'] },
  {
    name: 'dead-in-product',
    says: 'code that only tests use (knip, production)',
    command: ['knip', '--production', '--no-config-hints', '--include', 'files,exports,types'],
  },
  { name: 'format', says: 'prettier', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'tidy', says: 'names, registrations, history', command: ['jest', '-w', '1', 'test/tidy.spec.ts'] },
];

/** Runs a tool of the repository; resolves to its exit code and everything it printed. */
const run = ([program, ...args]) =>
  new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', program), args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = [];
    child.stdout.on('data', (chunk) => printed.push(chunk));
    child.stderr.on('data', (chunk) => printed.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text: Buffer.concat(printed).toString() }));
  });

const check = async ({ name, says, command }) => {
  const startedAt = Date.now();
  const { code, text } = await run(command);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${says} (${seconds} s)\n`);
  if (code === 0) return [];
  process.stdout.write(`${text}\n`);
  return [name];
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No such check: ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

const waiting = steps.filter(({ name }) => asked.length === 0 || asked.includes(name));
const lane = async () => {
  const failed = [];
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) failed.push(...(await check(step)));
  return failed;
};
const failed = (await Promise.all([lane(), lane()])).flat();
if (failed.length > 0) process.stdout.write(`Failed: ${failed.join(', ')}.\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
