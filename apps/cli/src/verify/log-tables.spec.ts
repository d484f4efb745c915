import fc from 'fast-check';
import { logStart, type StoredEvent } from '#libs/platform/event-store/event-store';
import type { ArchivedClaim, ArchivedCommand, LogPicture } from '#libs/platform/event-store/log-archive';
import { TemporaryFiles } from '../temporary-files';
import { tablesFrom } from './log-tables';
import { compareBytes, type OfStream, type StreamCursor } from './snapshot-cursor';

const files = new TemporaryFiles();
afterAll(() => files.close());

const eventOf = (streamId: string, revision: number): StoredEvent => ({
  ...{ streamId, revision, xid: 1, position: revision + 1, eventId: `${streamId}@${revision}`, type: 'PointsEarned' },
  ...{ schemaVersion: 1, data: '{}', meta: '{}', occurredAt: 1, recordedAt: 2, hash: '' },
});
const commandOf = (streamId: string, revision: number, key: string): ArchivedCommand => ({
  ...{ streamId, revision, key, credential: 'till-7', requestHash: 'h', status: 201, answer: '{}' },
});
const claimOf = (streamId: string, name: string): ArchivedClaim => ({ streamId, name, revision: 0 });

async function* paged<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < items.length; from += 3) yield await Promise.resolve(items.slice(from, from + 3));
}

interface Parts {
  readonly events?: readonly StoredEvent[];
  readonly commands?: readonly ArchivedCommand[];
  readonly claims?: readonly ArchivedClaim[];
}

/** The tables over a store that gives its parts in the order in which they stand here. */
const tablesOf = ({ events = [], commands = [], claims = [] }: Parts) => {
  const picture: LogPicture = {
    ...{ end: logStart, inOrder: false },
    events: () => paged(events),
    at: () => Promise.resolve(undefined),
    count: () => Promise.resolve(0),
    commands: () => paged(commands),
    claims: () => paged(claims),
    close: () => Promise.resolve(),
  };
  return tablesFrom(picture, files);
};

const allOf = async <Row extends OfStream>(cursor: StreamCursor<Row>): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let row = await cursor.peek(); row !== undefined; row = await cursor.peek()) {
    rows.push(row);
    cursor.skip();
  }
  return rows;
};

it('nowhere but in its events says such a store how a stream ends', async () =>
  expect(await tablesOf({})).not.toHaveProperty('streams'));

it('events come stream by stream, each in the order of its revisions, beyond nine too', async () => {
  const events = [11, 9, 10, 2, 0].flatMap((revision) => [eventOf('b-1', revision), eventOf('a-1', revision)]);
  const { events: cursor } = await tablesOf({ events });
  expect((await allOf(cursor)).map(({ eventId }) => eventId)).toEqual(
    ['a-1', 'b-1'].flatMap((streamId) => [0, 2, 9, 10, 11].map((revision) => `${streamId}@${revision}`)),
  );
});

it('a stream whose name begins another one is apart from it', async () => {
  const { events } = await tablesOf({ events: [eventOf('a-10', 0), eventOf('a-1', 1), eventOf('a-1', 0)] });
  expect((await events.allOf('a-1')).map(({ revision }) => revision)).toEqual([0, 1]);
  expect(await events.allOf('a-10')).toHaveLength(1);
  expect(await events.peek()).toBeUndefined();
});

it('names come bytewise within their stream', async () => {
  const names = ['ticket:9', 'card:é', '🎉', 'card:z', '\uffff'];
  const { claims } = await tablesOf({ claims: names.map((name) => claimOf('a-1', name)) });
  expect((await claims.allOf('a-1')).map(({ name }) => name)).toEqual(['card:z', 'card:é', 'ticket:9', '\uffff', '🎉']);
});

it('answers come by the revision they led to, those of a stream without facts first, then by key', async () => {
  const commands = [
    commandOf('a', 10, 'k1'),
    commandOf('a', 2, 'k3'),
    commandOf('a', 2, 'k2'),
    commandOf('a', -1, 'z'),
  ];
  const { commands: cursor } = await tablesOf({ commands });
  expect((await cursor.allOf('a')).map(({ revision, key }) => [revision, key])).toEqual([
    [-1, 'z'],
    [2, 'k2'],
    [2, 'k3'],
    [10, 'k1'],
  ]);
});

it('whatever is in the store is in the tables once, in bytewise order of streams, as PostgreSQL has it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        fc.record({ streamId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), revision: fc.nat(300) }),
        { selector: ({ streamId, revision }) => `${streamId}@${revision}`, maxLength: 25 },
      ),
      async (drawn) => {
        const { events } = await tablesOf({
          events: drawn.map(({ streamId, revision }) => eventOf(streamId, revision)),
        });
        const due = drawn.toSorted((a, b) => compareBytes(a.streamId, b.streamId) || a.revision - b.revision);
        const came = (await allOf(events)).map(({ streamId, revision }) => ({ streamId, revision }));
        expect(came).toEqual(due);
      },
    ),
  ));

it('writes no file while everything fits into memory', async () => {
  const written = jest.spyOn(files, 'write');
  await allOf((await tablesOf({ events: [eventOf('a', 0)] })).events);
  expect(written).not.toHaveBeenCalled();
  written.mockRestore();
});
