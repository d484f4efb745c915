import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Workbench, type Ran } from './testing/workbench';

const exports = (at: Workbench): Promise<Ran> => at.run('export', join(bench.folder, 'log.jsonl'));

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
  expect((await exports(bench)).code).toBe(0);
});
afterEach(() => bench.close());

describe('a command on a database that has its master key', () => {
  it('makes no other one in another folder, where nothing could be read with it', async () => {
    const other = bench.with({ REGULARS_DATA_DIR: join(bench.folder, 'other') });
    const { code, err } = await exports(other);
    expect([code, err]).toEqual([1, expect.stringContaining('their master key is missing. Put the right one into')]);
    expect(await readdir(bench.folder)).not.toContain('other');
  });

  it('does not go on with another one', async () => {
    const { code, err } = await exports(bench.with({ REGULARS_MASTER_KEY: 'ab'.repeat(32) }));
    expect([code, err]).toEqual([1, expect.stringContaining('another master key than REGULARS_MASTER_KEY holds')]);
    expect((await exports(bench)).code).toBe(0);
  });

  it('does not go on when it was lost', async () => {
    await rm(join(bench.folder, 'keys'), { recursive: true });
    const { code, err } = await exports(bench);
    expect([code, err]).toEqual([1, expect.stringContaining('their master key is missing')]);
    expect(await readdir(bench.folder)).not.toContain('keys');
  });
});
