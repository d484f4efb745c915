import { eventTypeFilter, jsonEvent, KurrentDBClient, WrongExpectedVersionError } from '@kurrent/kurrentdb-client';
import { eventStoreDb24, KurrentDbDouble } from './kurrentdb-double';

let double: KurrentDbDouble;
let client: KurrentDBClient;

beforeEach(async () => {
  double = await KurrentDbDouble.start();
  client = KurrentDBClient.connectionString(double.url);
});
afterEach(async () => {
  await client.dispose();
  double.stop();
});

const things = (...marks: number[]) => marks.map((mark) => jsonEvent({ type: 'Thing', data: { mark } }));

interface Read {
  readonly event?: { readonly data: unknown; readonly position?: { readonly commit: bigint } } | undefined;
}

const marksOf = async (source: AsyncIterable<Read>): Promise<unknown[]> => {
  const marks: unknown[] = [];
  for await (const { event } of source) marks.push((event?.data as { mark: number }).mark);
  return marks;
};

it('appends after the expected revision only, and says where the stream is', async () => {
  const first = await client.appendToStream('a-1', things(1, 2), { streamState: 'no_stream' });
  expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
  const stale = client.appendToStream('a-1', things(3), { streamState: 0n });
  await expect(stale).rejects.toMatchObject({ expectedState: 0n, actualState: 1n });
  await expect(client.appendToStream('b-1', things(3), { streamState: 4n })).rejects.toThrow(WrongExpectedVersionError);
  await client.appendToStream('a-1', things(3), { streamState: 1n });
  expect(await marksOf(client.readStream('a-1'))).toEqual([1, 2, 3]);
});

it('takes the same events after the same revision for written already', async () => {
  const [events, more] = [things(1, 2), things(3)];
  await client.appendToStream('a-1', events, { streamState: 'no_stream' });
  await client.appendToStream('a-1', more, { streamState: 1n });
  const again = await client.appendToStream('a-1', events, { streamState: 'no_stream' });
  expect(again.success).toBe(true);
  expect(double.log.stream('a-1')).toHaveLength(3);
  await expect(client.appendToStream('a-1', [...events, ...things(9)], { streamState: 'no_stream' })).rejects.toThrow();
});

it('appends to several streams all or nothing', async () => {
  const write = (streamName: string, mark: number) =>
    ({ streamName, expectedState: 'no_stream', events: things(mark) }) as const;
  await client.multiStreamAppend([write('a-1', 1), write('b-1', 2)]);
  await expect(client.multiStreamAppend([write('c-1', 3), write('b-1', 4)])).rejects.toMatchObject({
    streamName: 'b-1',
    actualState: 0n,
  });
  expect(double.log.stream('c-1')).toBeUndefined();
  expect(double.log.namesOf('')).toEqual(['a-1', 'b-1']);
});

it('begins a stream where it was told to, goes on with its revisions, and scavenges what lies before', async () => {
  await client.appendToStream('a-1', things(1, 2, 3, 4), { streamState: 'no_stream' });
  await client.setStreamMetadata('a-1', { truncateBefore: 2 });
  for (const fromRevision of [0n, 1n, 2n])
    expect(await marksOf(client.readStream('a-1', { fromRevision, maxCount: 5 }))).toEqual([3, 4]);
  expect(await marksOf(client.readStream('a-1', { fromRevision: 3n }))).toEqual([4]);
  expect(await marksOf(client.readStream('a-1', { direction: 'backwards', fromRevision: 'end' }))).toEqual([4, 3]);
  await expect(client.appendToStream('a-1', things(5), { streamState: 'no_stream' })).rejects.toThrow();
  await client.appendToStream('a-1', things(5), { streamState: 3n });
  const filter = eventTypeFilter({ regex: '^Thing$' });
  expect(await marksOf(client.readAll({ filter }))).toEqual([1, 2, 3, 4, 5]);
  double.log.scavenge();
  expect(await marksOf(client.readAll({ filter }))).toEqual([3, 4, 5]);
});

it('reads forwards and backwards, from anywhere, and the log by type', async () => {
  await client.appendToStream('a-1', things(1, 2, 3, 4), { streamState: 'no_stream' });
  await client.appendToStream('b-1', jsonEvent({ type: '_Other', data: { mark: 5 } }), { streamState: 'no_stream' });
  expect(await marksOf(client.readStream('a-1', { fromRevision: 1n, maxCount: 2 }))).toEqual([2, 3]);
  expect(await marksOf(client.readStream('a-1', { direction: 'backwards', fromRevision: 'end', maxCount: 2 }))).toEqual(
    [4, 3],
  );
  expect(await marksOf(client.readStream('a-1', { direction: 'backwards', fromRevision: 1n }))).toEqual([2, 1]);
  expect(await marksOf(client.readAll())).toEqual([1, 2, 3, 4, 5]);
  const filter = eventTypeFilter({ regex: '^[^$_]' });
  expect(await marksOf(client.readAll({ filter, maxCount: 3 }))).toEqual([1, 2, 3]);
  const [, second] = double.log.all;
  const position = { commit: second?.position ?? 0n, prepare: second?.position ?? 0n };
  expect(await marksOf(client.readAll({ fromPosition: position }))).toEqual([2, 3, 4, 5]);
  expect(await marksOf(client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 2 }))).toEqual([5, 4]);
  await expect(marksOf(client.readStream('c-1'))).rejects.toMatchObject({ type: 'stream-not-found' });
});

it('serves a subscription from after a position, and what comes later', async () => {
  await client.appendToStream('a-1', things(1, 2), { streamState: 'no_stream' });
  const [first] = double.log.all;
  const position = { commit: first?.position ?? 0n, prepare: first?.position ?? 0n };
  const subscription = client.subscribeToAll({ fromPosition: position });
  const marks: unknown[] = [];
  const all = new Promise<void>((resolve) =>
    subscription.on('data', ({ event }: Read) => {
      marks.push((event?.data as { mark: number }).mark);
      if (marks.length === 3) resolve();
    }),
  );
  await client.appendToStream('a-1', things(3, 4), { streamState: 1n });
  await all;
  expect(marks).toEqual([2, 3, 4]);
  await subscription.unsubscribe();
});

it('can be a server that does not append to several streams', async () => {
  const old = await KurrentDbDouble.start(eventStoreDb24);
  const other = KurrentDBClient.connectionString(old.url);
  const write = { streamName: 'a-1', expectedState: 'no_stream', events: things(1) } as const;
  await expect(other.multiStreamAppend([write])).rejects.toMatchObject({ type: 'unsupported' });
  await other.dispose();
  old.stop();
});
