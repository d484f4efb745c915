import { Pool } from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { benchStore } from './store-bench';
import { WrongResult } from './wrong-result';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

const little = { rounds: 1, roundMs: 100, atOnce: 8, single: 3 };

it('lets all contenders append what they acknowledge', async () => {
  const rounds: string[] = [];
  const { byName, singleMs } = await benchStore(database.url, little, (name) => rounds.push(name));
  expect(rounds).toEqual(['regulars', 'one function call each', 'emmett-postgresql']);
  expect([...byName.keys()]).toEqual(rounds);
  expect([...singleMs.keys()]).toEqual(rounds);
  for (const { perSecond, p50, p99 } of byName.values()) {
    expect(perSecond).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(p50);
  }
});

it('refuses its figures when an acknowledged event is gone', async () => {
  const pool = new Pool({ connectionString: database.url, max: 1 });
  const losing = benchStore(database.url, little, () =>
    pool.query(`SET session_replication_role = replica; GRANT ALL ON log.events TO CURRENT_USER;
      DELETE FROM log.events WHERE position = (SELECT min(position) FROM log.events)`),
  );
  await expect(losing).rejects.toThrow(WrongResult);
  await pool.end();
});
