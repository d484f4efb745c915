// Looks for what properties have not met yet: every spec that draws examples, drawn anew, PROPERTY_TIMES (20) times as
// many as in `npm test`. A failure prints its seed, and the example it was shrunk to.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const draws = (file) => file.endsWith('.spec.ts') && readFileSync(file, 'utf8').includes("from 'fast-check'");
const specs = ['apps', 'libs', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter(draws),
);
const given = process.argv.slice(2);
const { status } = spawnSync('npx', ['--no-install', 'jest', '-w', '2', ...(given.length > 0 ? given : specs)], {
  stdio: 'inherit',
  env: { PROPERTY_SEED: 'random', PROPERTY_TIMES: '20', ...process.env },
});
process.exitCode = status ?? 1;
