import fc from 'fast-check';
import { facts } from '#libs/platform/testing/event-store.fixtures';
import { emptyStream, type StreamTip } from '../event-store';
import { linkEvents, type LinkedEvent } from '../hash-chain';
import type { ArchivedClaim, ArchivedCommand } from '../log-archive';
import type { Write } from './append-messages';
import { recordIdOf } from './log-record';
import { claimWrites, commandWrites, eventWrites } from './restore-writes';
import { claimStream, commandStream } from './technical-records';

/** A log in which these streams come in turn, one event each time. */
const logOf = (turns: readonly string[], size = 0): readonly LinkedEvent[] => {
  const tips = new Map<string, StreamTip>();
  return turns.map((streamId) => {
    const events = facts(1).map((event) => ({ ...event, data: JSON.stringify('x'.repeat(size)) }));
    const expected = tips.get(streamId) ?? emptyStream;
    const [event] = linkEvents({ streamId, expected, events, recordedAt: 1 });
    if (event === undefined) throw new Error('no event');
    tips.set(streamId, { revision: event.revision, hash: event.hash });
    return event;
  });
};

const idsIn = (all: readonly (readonly Write[])[]): string[] =>
  all.flatMap((writes) => writes.flatMap(({ records }) => records.map(({ id }) => id)));

const names = ['account-a', 'account-A', 'account-b', 'member-1'] as const;

it('writes events in the order of the log, each after the one before it in its stream', () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...names), { maxLength: 60 }), (turns) => {
      const events = logOf(turns);
      const all = [...eventWrites(events)];
      expect(idsIn(all)).toEqual(events.map(({ hash }) => recordIdOf(hash)));
      const next = new Map<string, number>();
      for (const { streamName, after, records } of all.flat()) {
        expect(after).toBe((next.get(streamName) ?? 0) - 1);
        next.set(streamName, after + 1 + records.length);
      }
    }),
  ));

it('never writes to a stream twice at once, nor to two that only capitals tell apart', () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...names), { maxLength: 60 }), (turns) => {
      for (const writes of eventWrites(logOf(turns))) {
        const touched = writes.map(({ streamName }) => streamName.toLowerCase());
        expect(new Set(touched).size).toBe(touched.length);
      }
    }),
  ));

it('takes together what can be: events of one stream in a row, and streams that do not come back', () => {
  const turns = ['account-1', 'account-1', 'account-2', 'account-3', 'account-1', 'account-4'];
  const shapes = [...eventWrites(logOf(turns))].map((writes) =>
    writes.map(({ streamName, records }) => [streamName, records.length]),
  );
  expect(shapes).toEqual([
    [
      ['account-1', 2],
      ['account-2', 1],
      ['account-3', 1],
    ],
    [
      ['account-1', 1],
      ['account-4', 1],
    ],
  ]);
});

it.each([
  ['records', 1_200, 0, [500, 500, 200]],
  ['bytes', 10, 150_000, [2, 2, 2, 2, 2]],
  ['bytes, of events that are larger than that by themselves', 3, 500_000, [1, 1, 1]],
])('takes no more at once than so many %s', (_, count, size, expected) => {
  const turns = Array.from({ length: count }, (_each, index) => `account-${index}`);
  expect([...eventWrites(logOf(turns, size))].map((writes) => writes.length)).toEqual(expected);
});

it('writes nothing for nothing', () => {
  expect([...eventWrites([])]).toEqual([]);
  expect([...commandWrites([])]).toEqual([]);
  expect([...claimWrites([])]).toEqual([]);
});

const command = (key: string): ArchivedCommand => ({
  ...{ credential: 'till-7', key, requestHash: 'h', status: 201, answer: '{"points":5}' },
  ...{ streamId: 'account-1', revision: 4 },
});

it('writes an answer as if it had come with its events, under an id that a second writing has as well', () => {
  const [writes] = [...commandWrites([command('a'), command('b')])];
  const [again] = [...commandWrites([command('a'), command('b')])];
  expect(again).toEqual(writes);
  expect(writes?.map(({ streamName, after }) => [streamName, after])).toEqual(
    ['a', 'b'].map((key) => [commandStream({ credential: 'till-7', key }), -1]),
  );
  const [record] = writes?.[0]?.records ?? [];
  const { streamId, revision, ...kept } = command('a');
  expect(record?.type).toBe('_CommandAccepted');
  expect(JSON.parse(record?.text ?? '')).toEqual({ command: kept, streamId, revision, attempt: record?.id });
  expect(new Set(idsIn([writes ?? []])).size).toBe(2);
});

it('writes a name as held by its stream, long ones and those in capitals under their hash', () => {
  const claims: ArchivedClaim[] = ['card:1', 'CARD:1', 'n'.repeat(900)].map((name, revision) => ({
    ...{ name, streamId: 'member-1', revision },
  }));
  const [writes] = [...claimWrites(claims)];
  expect(writes?.map(({ streamName }) => streamName)).toEqual(claims.map(({ name }) => claimStream(name)));
  expect(writes?.map(({ records }) => JSON.parse(records[0]?.text ?? '') as unknown)).toEqual(
    claims.map((claim, index) => ({ ...claim, attempt: writes?.[index]?.records[0]?.id })),
  );
});
