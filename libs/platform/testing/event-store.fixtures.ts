import { randomUUID } from 'node:crypto';
import type {
  AppendOutcome,
  AppendRequest,
  CommandRecord,
  EventStore,
  FoldedEvent,
  LogPosition,
  NewEvent,
  ReadEvent,
  StoredEvent,
  StreamTip,
} from '#libs/platform/event-store/event-store';
import { comparePositions, emptyStream, logStart } from '#libs/platform/event-store/event-store';
import { type Linkable, linkEvents } from '#libs/platform/event-store/hash-chain';

/** Other tests' transactions, on the same server and on a machine that may be busy, are over within this time. */
const patienceMs = 90_000;

/** A day in 2026, as instant: the time at which everything in these fixtures is recorded. */
export const recorded = Date.UTC(2026, 2, 1, 7, 20);

/** A stream name that no other test uses. */
export const someStream = (): string => `account-${randomUUID()}`;

/** An event whose data tells it apart from the others of a test. */
export const fact = (mark: number | string, type = 'PointsEarned'): NewEvent => ({
  eventId: randomUUID(),
  type,
  schemaVersion: 1,
  data: JSON.stringify({ mark, text: 'quoted "text" \\ with, {braces} and 会员' }),
  meta: '{"actor":"till-7"}',
  occurredAt: recorded - 1000,
});

/** `count` events, marked 0, 1, 2 … */
export const facts = (count: number): NewEvent[] => Array.from({ length: count }, (_, index) => fact(index));

/** What a fold looks at of an event, and nothing else. */
export const folded = ({ revision, type, schemaVersion, data, occurredAt }: FoldedEvent): FoldedEvent => ({
  ...{ revision, type, schemaVersion, data, occurredAt },
});

/** An accepted command under a key of its own, or the given one. */
export const accepted = (key: string = randomUUID(), answer = '{"points":5}'): CommandRecord => ({
  credential: 'till-7',
  key,
  requestHash: 'a1b2',
  status: 201,
  answer,
});

/** An append of one event to a new stream, unless told otherwise. */
export const appendOf = (parts: Partial<AppendRequest> = {}): AppendRequest => ({
  streamId: someStream(),
  expected: emptyStream,
  events: [fact(0)],
  recordedAt: recorded,
  ...parts,
});

/** The tip after an append that must have succeeded. */
export const tipOf = (outcome: AppendOutcome): StreamTip => {
  if (outcome.kind !== 'appended') throw new Error(`expected an append, but it ended as ${outcome.kind}`);
  return outcome.tip;
};

/** The event as those see it who follow the log. */
export const withoutHash = ({ hash: _, ...event }: Partial<StoredEvent>): Partial<ReadEvent> => event;

/** The same events with their hashes, each asked for by its stream. */
export const withHashes = async (
  store: Pick<EventStore, 'readStream'>,
  events: readonly ReadEvent[],
): Promise<readonly StoredEvent[]> =>
  (await Promise.all(events.map(({ streamId, revision }) => store.readStream(streamId, revision, 1)))).flat();

/** Every page that is handed over. */
export const pagesOf = async (pages: AsyncIterable<readonly ReadEvent[]>): Promise<(readonly ReadEvent[])[]> => {
  const all: (readonly ReadEvent[])[] = [];
  for await (const page of pages) all.push(page);
  return all;
};

/**
 * Everything after a place in the log, read in pages of `limit`, once there are `count` events: any transaction that
 * is still open in the same PostgreSQL server, of another test even, holds back what comes after it for a while.
 */
export const readToEnd = async (
  store: EventStore,
  after: LogPosition,
  count: number,
  limit = 100,
): Promise<ReadEvent[]> => {
  const all: ReadEvent[] = [];
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const page = await store.readAll(all.at(-1) ?? after, limit);
    all.push(...page);
    if (page.length > 0) continue;
    if (all.length >= count || Date.now() > deadline) return all;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Every event that is committed now, in order: reading them may have to wait for transactions of other tests. */
export const everythingIn = async (store: Pick<EventStore, 'readAll' | 'latest'>): Promise<ReadEvent[]> => {
  const end = await store.latest();
  const all: ReadEvent[] = [];
  const deadline = Date.now() + patienceMs;
  while (comparePositions(all.at(-1) ?? logStart, end) < 0) {
    const page = await store.readAll(all.at(-1) ?? logStart, 1_000);
    all.push(...page);
    if (page.length > 0) continue;
    if (Date.now() > deadline) throw new Error(`A transaction has held back the log for ${patienceMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return all;
};

/** The head of the log once everything appended so far can be read. */
export const settledHead = async (store: EventStore): Promise<LogPosition> => {
  const marker = appendOf();
  const start = await store.head();
  tipOf(await store.append(marker));
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
    const events = await readToEnd(store, start, 1);
    if (events.some((each) => each.streamId === marker.streamId)) return store.head();
  }
  throw new Error('what was appended cannot be read');
};

/** How many of each kind of outcome there are. */
export const kinds = (outcomes: readonly { kind: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

/** The tip that an append leads to, known before it is made; `expected` itself when it has no events. */
export const tipAfter = (append: Linkable): StreamTip => {
  const last = linkEvents(append).at(-1);
  return last === undefined ? append.expected : { revision: last.revision, hash: last.hash };
};
