// Installs and builds what is missing or out of date, with nothing but Node and npm. `npm start`, `npm test` and the
// command line run it first, so that each of them works in a fresh clone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const stamp = at('dist', '.built');

/** What is built: a newer file in one of these makes `dist` stale. */
const inputs = ['apps', 'libs', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];

/**
 * Whether a package of the lock file belongs into this machine's node_modules. Optional ones may be meant for another
 * platform; those for development are needed only to build and to test.
 */
const needed = (entry, development) =>
  !entry.optional && !entry.devOptional && !entry.peer && !entry.extraneous && (development || !entry.dev);

/** What the last `npm ci` of this script installed: keeps it from ever installing the same lock file twice. */
const installedStamp = at('node_modules', '.regulars-installed');

/** The lock file's fingerprint. */
const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');

/** True when node_modules holds every package of package-lock.json in the version named there. */
function installed(development) {
  const hidden = at('node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  if (existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === lockHash()) return true;
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || !needed(entry, development) || present[path]?.version === entry.version,
  );
}

/** The latest change below a path, in milliseconds since 1970; the folder's own time counts, so removals do too. */
function newestChange(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), found.mtimeMs);
}

/** True when `dist` was built after the last change of a source. */
function built() {
  if (!existsSync(stamp)) return false;
  const builtAt = Number(readFileSync(stamp, 'utf8'));
  return inputs.every((input) => newestChange(at(input)) <= builtAt);
}

/** Runs a program in the repository; its output goes to our stderr, so that stdout stays clean for `--json`. */
function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed (${status}).`);
}

/** Installs exactly what the lock file says. */
function install() {
  process.stderr.write('Installing packages (npm ci)…\n');
  run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
  writeFileSync(installedStamp, lockHash());
}

/** Compiles beside `dist` and swaps, so that nobody ever finds half a build or a file of an earlier one. */
function build() {
  const startedAt = Date.now();
  const next = at('dist.next');
  rmSync(next, { recursive: true, force: true });
  run(
    process.execPath,
    at('node_modules', '@typescript', 'native', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
    '--outDir',
    next,
  );
  writeFileSync(join(next, '.built'), String(startedAt));
  rmSync(at('dist'), { recursive: true, force: true });
  renameSync(next, at('dist'));
}

/**
 * Makes the repository ready to run, or with `development` also ready to test. Does nothing when all is well; with
 * `rebuild` it compiles all the same.
 */
export function prepare({ development = false, rebuild = false } = {}) {
  const fresh = !rebuild && built();
  if (!installed(development || !fresh)) install();
  if (fresh) return;
  process.stderr.write('Building…\n');
  build();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , task] = process.argv;
  try {
    prepare({ development: task === 'test', rebuild: task === 'build' });
  } catch (problem) {
    process.stderr.write(`${problem.message}\n`);
    process.exitCode = 1;
  }
}
