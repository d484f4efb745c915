// Every rule that a machine can check, one after the other: `npm run check`, or `npm run check -- lint` for one of them.
// Each failing step prints its own report (rule, file, line); all of them run, and the exit code is 1 if any failed.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = ['apps', 'libs', 'test'];

const steps = [
  { name: 'types', says: 'TypeScript, strict', command: ['tsc', '-p', 'tsconfig.json', '--noEmit'] },
  {
    name: 'imports',
    says: 'who may import whom (dependency-cruiser)',
    command: ['depcruise', ...folders, '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'],
  },
  { name: 'lint', says: 'ESLint with types', command: ['eslint', '--max-warnings', '0', ...folders] },
  { name: 'dead', says: 'dead code and dependencies (knip)', command: ['knip', '--no-config-hints'] },
  {
    name: 'dead-in-product',
    says: 'code that only tests use (knip, production)',
    command: ['knip', '--production', '--no-config-hints', '--include', 'files,exports,types'],
  },
  { name: 'format', says: 'prettier', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  {
    name: 'tidy',
    says: 'names, registrations, history',
    command: ['jest', '-w', '1', '--silent', 'test/tidy.spec.ts'],
  },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No such check: ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

const failed = [];
for (const { name, says, command } of steps.filter((step) => asked.length === 0 || asked.includes(step.name))) {
  const startedAt = Date.now();
  const [program, ...args] = command;
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', program, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${says} (${seconds} s)\n`);
  if (status === 0) continue;
  failed.push(name);
  process.stdout.write(`${stdout}${stderr}\n`);
}
if (failed.length > 0) process.stdout.write(`Failed: ${failed.join(', ')}.\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
