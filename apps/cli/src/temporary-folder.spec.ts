import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder';

it('is there for its owner alone, until it is removed', async () => {
  const listeners = process.listenerCount('exit');
  const [folder, other] = [await temporaryFolder('regulars-test-'), await temporaryFolder('regulars-test-')];
  expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
  await writeFile(join(folder.path, 'file'), 'x');
  await folder.remove();
  expect([folder, other].map(({ path }) => existsSync(path))).toEqual([false, true]);
  await other.remove();
  expect(existsSync(other.path)).toBe(false);
  expect(process.listenerCount('exit')).toBe(listeners);
});

const leave = `
const { transformFileSync } = require('@swc/core');
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
const { temporaryFolder } = require('./apps/cli/src/temporary-folder.ts');
void (async () => {
  const { path } = await temporaryFolder('regulars-test-');
  require('node:fs').writeFileSync(path + '/file', 'x');
  process.exit(3);
})();
`;

it('is gone when the process exits in the middle of its work', async () => {
  const TMPDIR = await mkdtemp(join(tmpdir(), 'regulars-test-'));
  try {
    const cwd = join(__dirname, '..', '..', '..');
    const child = spawn(process.execPath, ['-e', leave], { cwd, env: { ...process.env, TMPDIR }, stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    expect(code).toBe(3);
    expect(await readdir(TMPDIR)).toEqual([]);
  } finally {
    await rm(TMPDIR, { recursive: true });
  }
});
