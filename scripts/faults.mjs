// The long runs of the fault tests: the same specs as in `npm test`, with as many rounds as FAULT_ROUNDS says (50).
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npx', ['--no-install', 'jest', '-w', '1', ...process.argv.slice(2), 'test/faults'], {
  stdio: 'inherit',
  env: { ...process.env, FAULT_ROUNDS: process.env.FAULT_ROUNDS ?? '50' },
});
process.exitCode = status ?? 1;
