import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { manyPurchases, mapping, purchases } from '../testing/purchases';
import { Workbench } from '../testing/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  const file = await bench.file('log.csv', purchases(manyPurchases(20, 4)));
  await bench.run('import', file, '--format', 'csv', '--mapping', await bench.file('map.json', mapping));
}, 60_000);
afterAll(() => bench.close());

it('moves', async () => {
  const double = await KurrentDbDouble.start();
  const away = bench.with({ KURRENTDB_URL: double.url });
  const a = join(bench.folder, 'a.jsonl');
  const b = join(bench.folder, 'b.jsonl');
  console.log(await bench.run('export', a));
  console.log(
    (await readFile(a, 'utf8'))
      .split('\n')
      .filter((l) => !l.startsWith('{"kind":"event"'))
      .join('\n')
      .slice(0, 3000),
  );
  console.log(await away.run('import-log', a));
  console.log(await bench.run('verify'));
  console.log(await away.run('verify'));
  console.log(await away.run('export', b));
  expect(await readFile(b, 'utf8')).toBe(await readFile(a, 'utf8'));
  double.stop();
}, 60_000);
