import { randomUUID } from 'node:crypto';
import { facts } from '#libs/platform/testing/event-store.fixtures';
import { KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { emptyStream } from '../event-store';
import { linkEvents } from '../hash-chain';
import type { NewRecord } from './append-messages';
import { KurrentDbConnection } from './kurrentdb-connection';
import { factRecord } from './log-record';
import { defaultPatience } from './patience';
import { Snapshots } from './snapshots';
import { StreamReader } from './stream-reader';
import { nowhere, StreamTips } from './stream-tips';
import { anchorOf, SureWriter } from './sure-writer';
import { snapshotStream, technicalRecord, technicalType } from './technical-records';

let double: KurrentDbDouble;
let connection: KurrentDbConnection;
let tips: StreamTips;
let snapshots: Snapshots;
let reader: StreamReader;

beforeEach(async () => {
  double = await KurrentDbDouble.start();
  connection = new KurrentDbConnection(double.url, defaultPatience);
  tips = new StreamTips();
  snapshots = new Snapshots(connection);
  reader = new StreamReader(connection, tips, snapshots);
});
afterEach(async () => {
  await connection.close();
  double.stop();
});

const streamId = 'account-1';
const events = linkEvents({ streamId, expected: emptyStream, events: facts(6), recordedAt: 1 });
const fence = (): NewRecord => technicalRecord(technicalType.fenced, { against: 'x' }, randomUUID());
const records = events.map(factRecord);
const write = (after: number, ...added: readonly NewRecord[]) =>
  connection.append([{ streamName: streamId, after, records: added }]);
/** Three events with fences around them: the server counts nine records, the log six events. */
const writeWithFences = () => write(-1, fence(), ...records.slice(0, 2), fence(), ...records.slice(2), fence());
const tipAt = (index: number) => ({ revision: index, hash: events[index]?.hash });
const revisions = (found: readonly { readonly revision: number }[]): number[] => found.map(({ revision }) => revision);

describe('where a stream stands', () => {
  it('is nowhere before it exists', async () => {
    expect(await reader.tip(streamId)).toEqual(nowhere);
    expect(tips.get(streamId)).toBeUndefined();
  });

  it('counts events for the log and every record for the server', async () => {
    await writeWithFences();
    expect(await reader.tip(streamId)).toEqual({ tip: tipAt(5), last: 8 });
    expect(tips.get(streamId)).toEqual({ tip: tipAt(5), last: 8 });
  });

  it('is found behind any number of fences, and without an event at all', async () => {
    await write(-1, ...Array.from({ length: 20 }, fence));
    expect(await reader.tip(streamId)).toEqual({ tip: emptyStream, last: 19 });
    await write(19, records[0]!, ...Array.from({ length: 20 }, fence));
    expect(await reader.tip(streamId)).toEqual({ tip: tipAt(0), last: 40 });
  });

  it('is remembered from loading as well, until it is forgotten', async () => {
    await writeWithFences();
    await reader.load(streamId);
    expect(tips.get(streamId)).toEqual({ tip: tipAt(5), last: 8 });
    tips.forget(streamId);
    expect(tips.get(streamId)).toBeUndefined();
  });
});

describe('events of a stream', () => {
  beforeEach(writeWithFences);

  it.each([
    [0, 100, [0, 1, 2, 3, 4, 5]],
    [0, 3, [0, 1, 2]],
    [2, 2, [2, 3]],
    [4, 9, [4, 5]],
    [-3, 2, [0, 1]],
    [6, 5, []],
    [0, 0, []],
  ])('from %i, at most %i, are those and no fences', async (from, limit, expected) =>
    expect(revisions(await reader.readStream(streamId, from, limit))).toEqual(expected),
  );
});

describe('a snapshot', () => {
  const snapshot = (revision: number) => ({ foldVersion: 2, revision, state: `{"at":${revision}}` });

  it('shortens what is loaded, of its own fold or where none is asked for', async () => {
    await writeWithFences();
    snapshots.keep(streamId, snapshot(3));
    for (const fold of [2, undefined]) {
      const loaded = await reader.load(streamId, fold);
      expect([loaded.snapshot, revisions(loaded.tail), loaded.tip]).toEqual([snapshot(3), [4, 5], tipAt(5)]);
    }
    const other = await reader.load(streamId, 3);
    expect([other.snapshot, revisions(other.tail)]).toEqual([undefined, [0, 1, 2, 3, 4, 5]]);
  });

  it('of the last event leaves nothing to load, and the tip is known all the same', async () => {
    await writeWithFences();
    snapshots.keep(streamId, snapshot(5));
    expect(await reader.load(streamId)).toEqual({ tip: tipAt(5), snapshot: snapshot(5), tail: [] });
  });

  it('gives way to a later one, never to an earlier', async () => {
    for (const revision of [3, 1, 5]) snapshots.keep(streamId, snapshot(revision));
    expect(await snapshots.latest(streamId)).toEqual(snapshot(5));
    expect(double.log.stream(snapshotStream(streamId))).toHaveLength(2);
    expect(await snapshots.latest('account-2')).toBeUndefined();
  });

  it('that cannot be kept holds up nobody', async () => {
    double.faults.plan('unavailable', snapshotStream(streamId), 9);
    snapshots.keep(streamId, snapshot(3));
    await snapshots.settled();
    double.faults.clear();
    expect(await snapshots.latest(streamId)).toBeUndefined();
  });
});

describe('a record at its place', () => {
  const first = { streamName: streamId, after: -1, records: [records[0]!] };

  it('is there, not there yet, or never will be', async () => {
    const writer = new SureWriter(connection);
    expect(await writer.look(anchorOf(first))).toBe('not-yet');
    expect(await writer.write([first])).toBe('written');
    expect(await writer.look(anchorOf(first))).toBe('present');
    expect(await writer.look({ ...anchorOf(first), id: randomUUID() })).toBe('never');
    expect(await writer.look({ ...anchorOf(first), revision: 1 })).toBe('not-yet');
  });

  it('is found where the answer to its write got lost, and is not written twice', async () => {
    const writer = new SureWriter(connection);
    double.faults.plan('unavailable-after', streamId);
    expect(await writer.write([first])).toBe('written');
    expect(await writer.write([{ ...first, records: [fence()] }])).toBe('elsewhere');
    expect(double.log.stream(streamId)).toHaveLength(1);
  });
});
