import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceFlags } from '#libs/platform/runtime/node-flags';

const { scripts } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
  readonly scripts: { readonly start: string };
};

it('starts the server as services are started everywhere', () =>
  expect(scripts.start).toBe(`node ${serviceFlags.join(' ')} dist/apps/server/src/main.js`));

it('uses flags that this Node.js knows', () => {
  const said = execFileSync(process.execPath, [...serviceFlags, '-p', 'process.execArgv.join(" ")']).toString();
  expect(said).toContain(serviceFlags.join(' '));
});
