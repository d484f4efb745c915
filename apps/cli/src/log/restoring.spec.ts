import { KurrentDbArchive } from '#libs/platform/event-store/kurrentdb/kurrentdb-archive';
import { emptyStream, logStart, type StreamTip } from '#libs/platform/event-store/event-store';
import { linkEvents, type LinkedEvent } from '#libs/platform/event-store/hash-chain';
import type { LogArchive } from '#libs/platform/event-store/log-archive';
import { facts } from '#libs/platform/testing/event-store.fixtures';
import { KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import type { LogEntry } from './log-lines';
import { DamagedFile, type ReadEntry } from './log-reading';
import { restore } from './restoring';

let double: KurrentDbDouble;
let archive: LogArchive;
beforeEach(async () => {
  double = await KurrentDbDouble.start();
  archive = await KurrentDbArchive.open({ url: double.url });
});
afterEach(async () => {
  await archive.close();
  double.stop();
});

/** A log of so many events, in which so many streams take turns. */
const logOf = (count: number, streams: number): LinkedEvent[] => {
  const tips = new Map<string, StreamTip>();
  return Array.from({ length: count }, (_, index) => {
    const streamId = `account-${index % streams}`;
    const expected = tips.get(streamId) ?? emptyStream;
    const [event] = linkEvents({ streamId, expected, events: facts(1), recordedAt: index });
    if (event === undefined) throw new Error('no event');
    tips.set(streamId, { revision: event.revision, hash: event.hash });
    return event;
  });
};

const others: readonly LogEntry[] = [
  {
    kind: 'command',
    command: {
      ...{ credential: 'till-7', key: 'k', requestHash: 'h', status: 201, answer: '{}' },
      ...{ streamId: 'account-0', revision: 0 },
    },
  },
  { kind: 'claim', claim: { name: 'card:1', streamId: 'account-0', revision: 0 } },
  { kind: 'follower', follower: { name: 'relay', events: 0 } },
  { kind: 'end', counts: { events: 0, commands: 1, claims: 1, followers: 1 } },
];

async function* fileOf(events: readonly LinkedEvent[], rest = others): AsyncGenerator<ReadEntry> {
  const entries = [...events.map((event): LogEntry => ({ kind: 'event', event })), ...rest];
  for (const [index, entry] of entries.entries()) yield await Promise.resolve({ ...entry, line: index + 2 });
}

const nothingHeld = { events: 0, commands: 0, claims: 0 };
const silently = { onProgress: () => undefined };

const hashesIn = async (): Promise<string[]> => {
  const picture = await archive.picture();
  const hashes: string[] = [];
  for await (const page of picture.events(logStart)) hashes.push(...page.map(({ hash }) => hash));
  return hashes;
};

const hashesOf = (events: readonly LinkedEvent[]): string[] => events.map(({ hash }) => hash);

it('writes everything, page by page, and tells how far it has come', async () => {
  const events = logOf(4_500, 900);
  const told: number[] = [];
  await restore(fileOf(events), archive, nothingHeld, { onProgress: (written) => told.push(written) });
  expect(await hashesIn()).toEqual(hashesOf(events));
  expect(double.log.namesOf('command-')).toHaveLength(1);
  expect(double.log.namesOf('claim-')).toEqual(['claim-card:1']);
  expect(told.at(-1)).toBe(events.length + others.length);
  expect(told.every((each, index) => index === 0 || each > (told[index - 1] ?? 0))).toBe(true);
}, 240_000);

it.each([1, 2, 29, 30])('goes on after the first %i of 30 events', async (held) => {
  const events = logOf(30, 4);
  await archive.restoreEvents(events.slice(0, held));
  await restore(fileOf(events), archive, { ...nothingHeld, events: held }, silently);
  expect(await hashesIn()).toEqual(hashesOf(events));
});

it.each<[string, (events: LinkedEvent[]) => void, RegExp]>([
  [
    'altered data',
    ([first]) => Object.assign(first ?? {}, { data: '{}' }),
    /^Line 2: revision 0 of account-0 does not/,
  ],
  [
    'an altered time',
    (events) => Object.assign(events[5] ?? {}, { recordedAt: 9 }),
    /^Line 7: .* does not give its hash/,
  ],
  ['a lost event', (events) => events.splice(3, 1), /^Line 8: revision 0 of account-3 is missing before 1/],
  [
    'an event twice',
    (events) => events.splice(4, 0, ...events.slice(0, 1)),
    /^Line 6: revision 1 of account-0 is missing before 0/,
  ],
  [
    'two of a stream swapped',
    (events) => events.splice(0, 5, ...[4, 1, 2, 3, 0].map((at) => events[at] as LinkedEvent)),
    /^Line 2: revision 0 of account-0 is missing before 1/,
  ],
])('stops at %s before it writes the page', async (_, damage, why) => {
  const events = logOf(12, 4);
  damage(events);
  const restoring = restore(fileOf(events), archive, nothingHeld, silently);
  await expect(restoring).rejects.toThrow(DamagedFile);
  await expect(restoring).rejects.toThrow(why);
  expect(double.log.all).toEqual([]);
});

it('stops where the file does not follow on from what the store holds', async () => {
  const [here, there] = [logOf(4, 2), logOf(4, 2)];
  await archive.restoreEvents(here.slice(0, 2));
  const restoring = restore(fileOf(there), archive, { ...nothingHeld, events: 2 }, silently);
  await expect(restoring).rejects.toThrow('Line 4: revision 1 of account-0 does not give its hash.');
  expect(await hashesIn()).toEqual(hashesOf(here.slice(0, 2)));
});

describe('an answer or a name of a revision that there is not', () => {
  const moved = (kind: LogEntry['kind'], to: { readonly streamId?: string; readonly revision?: number }) =>
    others.map((entry): LogEntry => {
      if (entry.kind === 'command' && kind === 'command') return { kind, command: { ...entry.command, ...to } };
      return entry.kind === 'claim' && kind === 'claim' ? { kind, claim: { ...entry.claim, ...to } } : entry;
    });

  it.each<[string, readonly LogEntry[], RegExp]>([
    [
      'an answer',
      moved('command', { revision: 3 }),
      /^Line 14: answer to till-7 under k is of revision 3 of account-0,/,
    ],
    ['a name', moved('claim', { revision: 3 }), /^Line 15: holder of card:1 is of revision 3 of account-0,/],
    ['a name of no stream', moved('claim', { streamId: 'account-x' }), /^Line 15: .* revision 0 of account-x, which/],
  ])('is not written: %s', async (_, rest, why) => {
    const restoring = restore(fileOf(logOf(12, 4), rest), archive, nothingHeld, silently);
    await expect(restoring).rejects.toThrow(DamagedFile);
    await expect(restoring).rejects.toThrow(why);
    expect(double.log.namesOf('claim-')).toEqual([]);
  });

  it('is told from those whose events were there before', async () => {
    const events = logOf(12, 4);
    await archive.restoreEvents(events);
    const [answer, name] = [moved('command', { revision: 2 })[0], moved('claim', { revision: -1, streamId: 'x' })[1]];
    const file = fileOf(
      events,
      [answer, name, ...others.slice(2)].flatMap((entry) => entry ?? []),
    );
    await restore(file, archive, { ...nothingHeld, events: 12 }, silently);
    expect(double.log.namesOf('claim-')).toEqual(['claim-card:1']);
  });
});
