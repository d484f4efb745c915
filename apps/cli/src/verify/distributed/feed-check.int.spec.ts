import type { Difference } from '../findings';
import type { Copies, LogRow } from './copies';
import { checkFeed, noteFeeds, type FeedNotes } from './feed-check';
import { CopiedGround } from './testing/copied-ground';

let ground: CopiedGround;
beforeAll(async () => {
  ground = await CopiedGround.open();
});
afterAll(() => ground.close());

let copies: Copies;
beforeEach(async () => {
  for (const table of ['feed_offsets', 'feed_streams', 'feed_parked'])
    await ground.source.query(`TRUNCATE read.${table}`);
  copies = await ground.copies();
});

const offset = (feed: string, topic: string, partition: number, next: number) =>
  ground.source.query('INSERT INTO read.feed_offsets (feed, topic, partition, next_offset) VALUES ($1, $2, $3, $4)', [
    ...[feed, topic, partition, next],
  ]);
const noted = (feed: string, streamId: string, revision: number) =>
  ground.source.query('INSERT INTO read.feed_streams VALUES ($1, $2, $3)', [feed, streamId, revision]);
const parked = (streamId: string, revision: number, since: string) =>
  ground.source.query(
    `INSERT INTO read.feed_parked (feed, stream_id, topic, partition, revision, reaches, event_id, error, parked_at)
     VALUES ('models', $1, 'facts', 0, $2, 0, 'e', $3, $4)`,
    [streamId, revision, `${streamId} stumbled`, since],
  );

const logged = (number: number, streamId: string, revision: number): LogRow => ({
  ...{ number, streamId, revision, partition: 0, key: streamId, eventId: `${number}`, digest: '' },
});

const log = [logged(1, 'account-M1', 0), logged(2, 'account-M2', 0), logged(3, 'account-M1', 1)];
const extents = [
  { partition: 0, low: 0, end: 3 },
  { partition: 1, low: 5, end: 5 },
];

describe('what feeds noted', () => {
  it('is taken down feed by feed, with offsets by partition and the longest held stream first', async () => {
    await offset('models', 'facts', 1, 5);
    await offset('models', 'facts', 0, 3);
    await offset('models', 'other', 0, 9);
    await parked('account-M7', 4, '2026-03-02');
    await parked('account-M8', -1, '2026-03-01');
    expect(await noteFeeds(copies, 'facts', ['models', 'policies'])).toEqual([
      {
        ...{ feed: 'models', topic: 'facts' },
        shares: [
          { partition: 0, nextOffset: 3 },
          { partition: 1, nextOffset: 5 },
        ],
        held: [
          { streamId: 'account-M8', revision: -1, error: 'account-M8 stumbled' },
          { streamId: 'account-M7', revision: 4, error: 'account-M7 stumbled' },
        ],
      },
      { feed: 'policies', topic: 'facts', shares: [], held: [] },
    ]);
  });

  it('of others is left alone', async () => {
    await noted('models', 'account-M1', 1);
    await noted('somebody', 'account-M1', 9);
    await noteFeeds(copies, 'facts', ['models']);
    expect(await copies.ask('SELECT feed FROM verify_tips')).toEqual([{ feed: 'models' }]);
  });

  it('that cannot be taken down leaves no transaction open', async () => {
    await copies.drop();
    await expect(noteFeeds(copies, 'facts', ['models'])).rejects.toThrow('verify_tips');
    expect(ground.connection.isTransactionActive).toBe(false);
    expect(await copies.ask('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('a feed', () => {
  const check = async (due = log.length): Promise<readonly Difference[]> => {
    const [notes] = (await noteFeeds(copies, 'facts', ['models'])) as [FeedNotes];
    await copies.log.add(log);
    await copies.complete();
    const found: Difference[] = [];
    await checkFeed({ copies, notes, extents, due, report: (each) => found.push(each) });
    return found;
  };

  beforeEach(async () => {
    await offset('models', 'facts', 0, 3);
    await offset('models', 'facts', 1, 5);
  });

  it('that has dealt with everything is right', async () => {
    await noted('models', 'account-M1', 1);
    await noted('models', 'account-M2', 0);
    expect(await check()).toEqual([]);
  });

  it('may be ahead of what is due, and has nothing to note where nothing is', async () => {
    await noted('models', 'account-M1', 1);
    expect(await check(1)).toEqual([]);
    await ground.source.query('TRUNCATE read.feed_streams');
    copies = await ground.copies();
    expect(await check(0)).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, number>>, string, string]>([
    ['nothing', { 'account-M1': 1 }, 'account-M2', 'it noted nothing, and should have come to 0'],
    [
      'too little',
      { 'account-M1': 0, 'account-M2': 0 },
      'account-M1',
      'it noted revision 0, and should have come to 1',
    ],
    ['too much', { 'account-M1': 2, 'account-M2': 0 }, 'account-M1', 'it noted revision 2, the last event is 1'],
  ])('that noted %s of a stream is wrong', async (_, notes, streamId, what) => {
    for (const [each, revision] of Object.entries(notes)) await noted('models', each, revision);
    expect(await check()).toEqual([{ kind: 'wrong-feed', where: `models ${streamId}`, what }]);
  });

  it('is not helped by what another one noted', async () => {
    await noted('models', 'account-M1', 1);
    await noted('policies', 'account-M2', 0);
    expect((await check()).map(({ where }) => where)).toEqual(['models account-M2']);
  });

  it('cannot know a stream that there is not', async () => {
    for (const [streamId, revision] of [
      ['account-M1', 1] as const,
      ['account-M2', 0] as const,
      ['ghost-1', 4] as const,
    ])
      await noted('models', streamId, revision);
    expect(await check()).toEqual([
      { kind: 'wrong-feed', where: 'models ghost-1', what: 'it noted revision 4 of a stream that there is not' },
    ]);
  });

  it('says which streams it holds up and why; those may lag', async () => {
    await noted('models', 'account-M1', 0);
    await parked('account-M1', 1, '2026-03-01');
    await parked('account-M2', -1, '2026-03-02');
    expect(await check()).toEqual([
      {
        ...{ kind: 'held-stream', where: 'models account-M1' },
        what: 'revision 1 cannot be taken: account-M1 stumbled',
      },
      {
        ...{ kind: 'held-stream', where: 'models account-M2' },
        what: 'a message cannot be read: account-M2 stumbled',
      },
    ]);
  });

  it('cannot go on beyond the end of a partition, or in one that there is not', async () => {
    await noted('models', 'account-M1', 1);
    await noted('models', 'account-M2', 0);
    await ground.source.query('UPDATE read.feed_offsets SET next_offset = next_offset + 1');
    await offset('models', 'facts', 2, 1);
    expect((await check()).map(({ kind, where, what }) => [kind, where, what])).toEqual([
      ['wrong-feed', 'models', 'it goes on at facts/0@4, but that partition ends at 3'],
      ['wrong-feed', 'models', 'it goes on at facts/1@6, but that partition ends at 5'],
      ['wrong-feed', 'models', 'it goes on at facts/2@1, but that partition ends at 0'],
    ]);
  });
});
