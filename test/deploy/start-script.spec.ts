import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverFlags } from '#libs/platform/runtime/node-flags';

const { scripts } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
  readonly scripts: { readonly start: string };
};

it('starts the server as the command line does', () =>
  expect(scripts.start).toBe(`node ${serverFlags.join(' ')} dist/apps/server/src/main.js`));

it('uses flags that this Node.js knows', () => {
  const said = execFileSync(process.execPath, [...serverFlags, '-p', 'process.execArgv.join(" ")']).toString();
  expect(said).toContain(serverFlags.join(' '));
});
