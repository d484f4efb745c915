import { onTab, tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { tryLock } from './advisory-lock';
import { compareReadModels } from './compare-read-models';
import { ReadModels, prepareReadModels } from './read-models';
import { AlreadyRebuilding } from './rebuild';
import type { RebuildNeeds } from './replay';
import { openTabHouse, trade } from './testing/tab-house';
import type { TabHouse } from './testing/tab-house';
import { tabBalance, tabProjections } from './testing/tab-rows';

let house: TabHouse;
let needs: RebuildNeeds;
let models: ReadModels;

beforeEach(async () => {
  house = await openTabHouse();
  needs = { source: house.source, store: house.store, catalogue: tabCatalogue };
  await prepareReadModels(needs, tabProjections);
  models = new ReadModels(house.source, house.log, tabProjections, {
    report: house.report,
    settings: { batchSize: 20, pollMs: 20 },
  });
  models.start();
});
afterEach(async () => {
  await models.stop();
  await house.close();
});

const same = { missing: 0, surplus: 0, different: 0, examples: [] };

it('finds nothing where all is well, while writes go on', async () => {
  let over = false;
  const writing = (async () => {
    for (let round = 0; !over; round += 1) await trade(house, 10, round + 1);
  })();
  for (let round = 0; round < 3; round += 1)
    expect(await compareReadModels(needs, tabProjections)).toMatchObject(
      tabProjections.map(({ name }) => ({ name, ...same })),
    );
  over = true;
  await writing;
  expect(await house.source.query("SELECT tablename FROM pg_tables WHERE tablename LIKE '%building'")).toEqual([]);
});

it('names the rows that are missing, surplus or different', async () => {
  for (const tab of ['a', 'b', 'c', 'ä', '会']) await house.runner.execute(onTab(tab, { kind: 'put', amount: 5 }));
  await house.readable(5);
  await models.caughtUp(await house.store.head());
  await house.source.query("DELETE FROM read.tab_balance WHERE id = 'ä'");
  await house.source.query("UPDATE read.tab_balance SET balance = 6 WHERE id = 'c'");
  await house.source.query(
    "INSERT INTO read.tab_balance SELECT 'z', balance, last_at, note, amounts FROM read.tab_balance WHERE id = 'a'",
  );
  expect(await compareReadModels(needs, [tabBalance])).toMatchObject([
    {
      name: 'tab-balance',
      same: 3,
      missing: 1,
      surplus: 1,
      different: 1,
      examples: ['c', 'z', 'ä'],
      position: await house.store.head(),
    },
  ]);
});

it('does not disturb a rebuild', async () => {
  const lock = await tryLock(house.source, ['rebuild:tab-balance']);
  await expect(compareReadModels(needs, [tabBalance])).rejects.toBeInstanceOf(AlreadyRebuilding);
  await lock?.release();
});
