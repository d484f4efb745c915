import { logStart, type LogPosition, type StoredEvent } from '#libs/platform/event-store/event-store';
import type { ArchivedClaim, ArchivedCommand, LogPicture } from '#libs/platform/event-store/log-archive';
import { TemporaryFiles } from '../temporary-files';
import { compare, isWhole, OtherLog, type Compared } from './comparing';
import { DamagedFile, type ReadEntry } from './log-reading';
import type { LogEntry } from './log-lines';

const event = (revision: number, more: Partial<StoredEvent> = {}): StoredEvent => ({
  ...{ streamId: 'account-1', revision, eventId: `e${revision}`, type: 'PointsEarned', schemaVersion: 1 },
  ...{ data: '{"points":5}', meta: '{}', occurredAt: 10, recordedAt: 20, hash: `h${revision}` },
  ...{ xid: 3, position: 100 + revision, ...more },
});
const command = (key: string, more: Partial<ArchivedCommand> = {}): ArchivedCommand => ({
  ...{ credential: 'till-7', key, requestHash: 'h', status: 201, answer: '{}', streamId: 'account-1', revision: 0 },
  ...more,
});
const claim = (name: string, more: Partial<ArchivedClaim> = {}): ArchivedClaim => ({
  ...{ name, streamId: 'account-1', revision: 0, ...more },
});

interface Log {
  readonly events: readonly StoredEvent[];
  readonly commands: readonly ArchivedCommand[];
  readonly claims: readonly ArchivedClaim[];
}

async function* page<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  if (items.length > 0) yield await Promise.resolve(items);
}

const pictureOf = ({ events, commands, claims }: Log): LogPicture => ({
  ...{ end: events.at(-1) ?? logStart, inOrder: true },
  events: () => page(events),
  at: () => Promise.resolve(undefined),
  count: () => Promise.resolve(events.length),
  commands: () => page(commands),
  claims: () => page(claims),
  close: () => Promise.resolve(),
});

const entriesOf = ({ events, commands, claims }: Log): readonly LogEntry[] => [
  ...events.map(({ xid: _xid, position: _position, ...rest }): LogEntry => ({ kind: 'event', event: rest })),
  ...commands.map((each): LogEntry => ({ kind: 'command', command: each })),
  ...claims.map((each): LogEntry => ({ kind: 'claim', claim: each })),
  { kind: 'follower', follower: { name: 'relay', events: 1 } },
  {
    kind: 'end',
    counts: { events: events.length, commands: commands.length, claims: claims.length, followers: 1 },
  },
];

async function* fileOf(log: Log): AsyncGenerator<ReadEntry> {
  for (const [index, entry] of entriesOf(log).entries()) yield await Promise.resolve({ ...entry, line: index + 2 });
}

const compared = (file: Log, store: Log, onEvent?: (nth: number, place: LogPosition) => void): Promise<Compared> =>
  compare(fileOf(file), pictureOf(store), { files: new TemporaryFiles(), ...(onEvent && { onEvent }) });

const whole: Log = {
  events: [event(0), event(1), event(2)],
  commands: [command('a'), command('b'), command('c')],
  claims: [claim('card:1'), claim('card:2')],
};
const empty: Log = { events: [], commands: [], claims: [] };

it('finds everything in a store that holds the same, and tells where each event stands', async () => {
  const places: unknown[] = [];
  const found = await compared(whole, whole, (nth, { xid, position }) => places.push([nth, xid, position]));
  expect(found).toEqual({
    file: { events: 3, commands: 3, claims: 2, followers: 1 },
    store: { events: 3, commands: 3, claims: 2 },
    followers: [{ name: 'relay', events: 1 }],
  });
  expect(isWhole(found)).toBe(true);
  expect(places).toEqual([
    [1, 3, 100],
    [2, 3, 101],
    [3, 3, 102],
  ]);
});

it.each<[string, Log, Compared['store']]>([
  ['nothing', empty, { events: 0, commands: 0, claims: 0 }],
  ['the first events', { ...empty, events: whole.events.slice(0, 2) }, { events: 2, commands: 0, claims: 0 }],
  ['some answers', { ...whole, commands: [command('b')], claims: [] }, { events: 3, commands: 1, claims: 0 }],
  [
    'the last answer and name',
    { ...whole, commands: [command('c')], claims: [claim('card:2')] },
    { events: 3, commands: 1, claims: 1 },
  ],
])('finds a part in a store that holds %s', async (_, store, held) => {
  const found = await compared(whole, store);
  expect(found.store).toEqual(held);
  expect(isWhole(found)).toBe(false);
});

it('takes no offence at other places: those belong to the store', async () => {
  const elsewhere = { ...whole, events: whole.events.map((each) => ({ ...each, xid: 9_000, position: 7 })) };
  expect(isWhole(await compared(whole, elsewhere))).toBe(true);
});

it.each<[string, Partial<StoredEvent>]>([
  ['stream', { streamId: 'account-2' }],
  ['id', { eventId: 'other' }],
  ['type', { type: 'PointsSpent' }],
  ['version', { schemaVersion: 2 }],
  ['data', { data: '{"points":50}' }],
  ['meta', { meta: '{"actor":"x"}' }],
  ['time', { occurredAt: 11 }],
  ['time of recording', { recordedAt: 21 }],
  ['hash', { hash: 'other' }],
])('refuses a store with an event of another %s', async (_, other) => {
  const store = { ...empty, events: [event(0), event(1, other)] };
  const refused = compared(whole, store);
  await expect(refused).rejects.toThrow(OtherLog);
  await expect(refused).rejects.toThrow(
    /^The store holds revision 1 of account-\d where line 3 of the file has revision 1/,
  );
});

it.each<[string, Log, RegExp]>([
  ['events that come later', { ...empty, events: [event(1)] }, /revision 1 of account-1 where line 2 .* revision 0/],
  ['more events', { ...whole, events: [...whole.events, event(3)] }, /more than the file: revision 3 of account-1/],
  [
    'another answer',
    { ...whole, commands: [command('b', { answer: '[]' })] },
    /another answer to till-7 under b than line 6/,
  ],
  [
    'an answer for another stream',
    { ...whole, commands: [command('b', { streamId: 'x' })] },
    /another answer to till-7/,
  ],
  [
    'an answer too many',
    { ...whole, commands: [command('aa')] },
    /answer to till-7 under aa, which is not in the file/,
  ],
  ['an answer after the last', { ...whole, commands: [...whole.commands, command('d')] }, /under d, which is not in/],
  [
    'another credential',
    { ...whole, commands: [command('a', { credential: 'till-8' })] },
    /answer to till-8 under a, which/,
  ],
  [
    'another holder',
    { ...whole, claims: [claim('card:1', { streamId: 'y' })] },
    /another holder of card:1 than line 8/,
  ],
  ['a name too many', { ...whole, claims: [claim('card:0')] }, /holder of card:0, which is not in the file/],
])('refuses a store with %s', async (_, store, why) => {
  await expect(compared(whole, store)).rejects.toThrow(why);
});

it.each<[string, Log, number]>([
  ['answers', { ...empty, commands: [command('b'), command('a')] }, 3],
  ['names', { ...empty, claims: [claim('b'), claim('a')] }, 3],
  ['names told twice', { ...empty, claims: [claim('a'), claim('a')] }, 3],
])('refuses a file whose order was changed: %s', async (_, file, line) => {
  const refused = compared(file, empty);
  await expect(refused).rejects.toThrow(DamagedFile);
  await expect(refused).rejects.toThrow(new RegExp(`^Line ${line}: .* is not in its place`));
});
