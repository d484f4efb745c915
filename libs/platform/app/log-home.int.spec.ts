import { DataSource } from 'typeorm';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { followerPlaces, moveFollowers } from './follower-places';
import { assertAtHome, homeOf, isHomeOf, noteHome } from './log-home';

let database: FreshDatabase;
let source: DataSource;
beforeEach(async () => {
  database = await freshDatabase();
  source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
});

describe('where the log is', () => {
  it('is what the settings say while it was never moved', async () => {
    expect([homeOf({}), homeOf({ kurrentUrl: 'kurrentdb://x' })]).toEqual(['PostgreSQL', 'KurrentDB']);
    await assertAtHome(source, 'PostgreSQL');
    await assertAtHome(source, 'KurrentDB');
    expect(await isHomeOf(source, 'KurrentDB')).toBe(false);
  });

  it('is where it was moved to, and nobody else starts', async () => {
    await noteHome(source, 'KurrentDB', true);
    await assertAtHome(source, 'KurrentDB');
    expect(await isHomeOf(source, 'KurrentDB')).toBe(true);
    await expect(assertAtHome(source, 'PostgreSQL')).rejects.toThrow('start with its KURRENTDB_URL');
    await noteHome(source, 'PostgreSQL', true);
    await assertAtHome(source, 'PostgreSQL');
    await expect(assertAtHome(source, 'KurrentDB')).rejects.toThrow('start without KURRENTDB_URL');
  });

  it('is nowhere while it is being moved', async () => {
    await noteHome(source, 'KurrentDB', false);
    expect(await isHomeOf(source, 'KurrentDB')).toBe(false);
    for (const home of ['PostgreSQL', 'KurrentDB'] as const)
      await expect(assertAtHome(source, home)).rejects.toThrow('The log is being moved');
  });
});

describe('places of followers', () => {
  const place = (position: number) => ({ xid: 9, position });

  it('are none in a new database', async () => expect(await followerPlaces(source)).toEqual([]));

  it('are moved for those who keep them, and forgotten for read models and whoever is not named', async () => {
    await followerPlaces(source);
    await source.query(`INSERT INTO read.checkpoints (name, version, xid, position)
      VALUES ('policy:a', 1, 1, 1), ('policy:b', 1, 1, 2), ('relay', 1, 1, 3), ('account-overview', 4, 1, 4)`);
    await source.query(`INSERT INTO read.feed_offsets (feed, topic, partition, next_offset, xid, position)
      VALUES ('f', 't', 0, 17, 1, 5), ('f', 't', 1, 18, 1, 6)`);
    const before = await followerPlaces(source);
    expect(before.map(({ name }) => name)).toEqual(['feed:f/t/0', 'feed:f/t/1', 'policy:a', 'policy:b', 'relay']);
    const kept = before.filter(({ name }) => name !== 'policy:b');
    await moveFollowers(
      source,
      kept.map(({ name }, index) => ({ name, place: place(index) })),
    );
    expect(await followerPlaces(source)).toEqual(kept.map(({ name }, index) => ({ name, place: place(index) })));
    expect(await source.query('SELECT name FROM read.checkpoints ORDER BY name')).toEqual([
      { name: 'policy:a' },
      { name: 'relay' },
    ]);
    const offsets = 'SELECT next_offset::int AS next, epoch FROM read.feed_offsets ORDER BY partition';
    expect(await source.query(offsets)).toEqual([
      { next: 17, epoch: 1 },
      { next: 18, epoch: 1 },
    ]);
  });
});
