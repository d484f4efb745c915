import { comparePositions, emptyStream, logStart, type EventStore } from '#libs/platform/event-store/event-store';
import type { ArchivedClaim, ArchivedCommand, ArchivedEvent, LogArchive } from '#libs/platform/event-store/log-archive';
import { accepted, appendOf, fact, facts, recorded, someStream, tipOf, withHashes } from './event-store.fixtures';

/** A store and the side of it by which its log is moved. */
export interface Movable {
  readonly store: EventStore;
  readonly archive: LogArchive;
}

/** A whole log in memory, without the places that belong to its store. */
interface Content {
  readonly events: readonly ArchivedEvent[];
  readonly commands: readonly ArchivedCommand[];
  readonly claims: readonly ArchivedClaim[];
}

const gathered = async <T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

const placeless = ({ xid: _xid, position: _position, ...event }: ArchivedEvent & { xid: number; position: number }) =>
  event;

const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const contentOf = async (archive: LogArchive): Promise<Content> => {
  const picture = await archive.picture();
  try {
    const events = (await gathered(picture.events(logStart))).map(placeless);
    const commands = (await gathered(picture.commands())).sort(byText);
    return { events, commands, claims: (await gathered(picture.claims())).sort(byText) };
  } finally {
    await picture.close();
  }
};

/** Waits until everything appended can be read: open transactions of others on the same server hold that back. */
const readable = async (store: EventStore): Promise<void> => {
  while (comparePositions(await store.head(), await store.latest()) < 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
};

/** Everything a log can hold: several streams in turn, answers with and without events, names kept, given back, taken again. */
const fill = async (store: EventStore) => {
  const [first, second] = [someStream(), someStream()];
  const [kept, gone, moved] = ['ticket:A-1', 'card:0002', `phone:${'é'.repeat(150)}`];
  const command = accepted();
  const tip = tipOf(
    await store.append(appendOf({ streamId: first, events: facts(3), command, claims: [kept, gone, moved] })),
  );
  tipOf(await store.append(appendOf({ streamId: second, events: [fact(0)], claims: ['card:0003'] })));
  tipOf(await store.append(appendOf({ streamId: first, expected: tip, events: [fact(3)], releases: [gone, moved] })));
  const loaded = await store.load(second);
  const quiet = accepted();
  tipOf(
    await store.append(
      appendOf({ streamId: second, expected: loaded.tip, events: [], command: quiet, claims: [moved] }),
    ),
  );
  const eventless = accepted();
  const third = someStream();
  tipOf(await store.append(appendOf({ streamId: third, events: [], command: eventless })));
  await readable(store);
  return { first, second, third, command, quiet, eventless, names: { kept, gone, moved } };
};

/**
 * What every archive must do, as a suite to be run against it.
 *
 * @param name the adapter, for the report
 * @param fresh an empty store and its archive, others in every call
 */
export const logArchiveContract = (name: string, fresh: () => Promise<Movable>): void => {
  describe(`${name}: moving a log`, () => {
    it('shows every event in the order of the log, every answer with its place, and the names that are held', async () => {
      const { store, archive } = await fresh();
      const { first, second, third, command, quiet, eventless, names } = await fill(store);
      const { events, commands, claims } = await contentOf(archive);
      expect(events.map(({ streamId, revision }) => [streamId, revision])).toEqual([
        ...[0, 1, 2].map((revision) => [first, revision]),
        [second, 0],
        [first, 3],
      ]);
      expect(events).toEqual((await withHashes(store, await store.readAll(logStart, 100))).map(placeless));
      const answers: ArchivedCommand[] = [
        { ...command, streamId: first, revision: 2 },
        { ...quiet, streamId: second, revision: 0 },
        { ...eventless, streamId: third, revision: -1 },
      ];
      expect(commands).toEqual(answers.sort(byText));
      const held: ArchivedClaim[] = [
        { name: names.kept, streamId: first, revision: 2 },
        { name: 'card:0003', streamId: second, revision: 0 },
        { name: names.moved, streamId: second, revision: 0 },
      ];
      expect(claims).toEqual(held.sort(byText));
    });

    it('shows the log as it was when it was looked at, whatever is appended meanwhile', async () => {
      const { store, archive } = await fresh();
      await fill(store);
      const before = await contentOf(archive);
      const picture = await archive.picture();
      const [stolen] = before.claims;
      await store.append(appendOf({ command: accepted(), claims: ['card:later'] }));
      const tip = (await store.load(stolen?.streamId ?? '')).tip;
      const release = appendOf({ streamId: stolen?.streamId ?? '', expected: tip, releases: [stolen?.name ?? ''] });
      tipOf(await store.append({ ...release, command: accepted() }));
      expect((await gathered(picture.events(logStart))).map(placeless)).toEqual(before.events);
      expect((await gathered(picture.commands())).sort(byText)).toEqual(before.commands);
      expect((await gathered(picture.claims())).sort(byText)).toEqual(before.claims);
      await picture.close();
    });

    it('shows nothing of an empty log, and what comes after a place of another', async () => {
      const { store, archive } = await fresh();
      expect(await contentOf(archive)).toEqual({ events: [], commands: [], claims: [] });
      const { second } = await fill(store);
      const middle = (await store.readAll(logStart, 4)).at(-1);
      const picture = await archive.picture();
      expect(middle?.streamId).toBe(second);
      const later = await withHashes(store, await store.readAll(middle ?? logStart, 9));
      expect(await gathered(picture.events(middle ?? logStart))).toEqual(later);
      const all = await withHashes(store, await store.readAll(logStart, 9));
      for (const event of all) expect(await picture.at(event)).toEqual(event);
      const last = all.at(-1) ?? { xid: 0, position: 0 };
      expect(await picture.at({ xid: last.xid + 1_000_000, position: last.position + 1_000_000 })).toBeUndefined();
      expect([all.length, undefined]).toContain(await picture.count());
      await picture.close();
    });

    it('restores all of it as it was, so that nobody who comes later can tell', async () => {
      const [from, to] = [await fresh(), await fresh()];
      const { first, command, names } = await fill(from.store);
      const content = await contentOf(from.archive);
      await to.archive.restoreEvents(content.events);
      await to.archive.restoreCommands(content.commands);
      await to.archive.restoreClaims(content.claims);
      expect(await contentOf(to.archive)).toEqual(content);
      expect(await to.archive.tips([first, 'account-unknown'])).toEqual(
        new Map([[first, (await from.store.load(first)).tip]]),
      );
      const next = { streamId: first, expected: (await to.store.load(first)).tip, recordedAt: recorded + 60_000 };
      const again = await to.store.append(appendOf({ ...next, command }));
      expect(again).toEqual({ kind: 'duplicate-command', command });
      const taken = await to.store.append(appendOf({ claims: [names.kept] }));
      expect(taken).toEqual({ kind: 'claim-taken', name: names.kept, by: { streamId: first, revision: 2 } });
      const free = await to.store.append(appendOf({ ...next, claims: [names.gone], releases: [names.kept] }));
      expect(free).toMatchObject({ kind: 'appended', tip: { revision: 4 } });
      expect((await to.store.append(appendOf({ claims: [names.kept] }))).kind).toBe('appended');
    });

    it('restores once what is told twice, and the rest of what was told in part', async () => {
      const [from, to] = [await fresh(), await fresh()];
      await fill(from.store);
      const { events, commands, claims } = await contentOf(from.archive);
      await to.archive.restoreEvents(events.slice(0, 2));
      await to.archive.restoreEvents(events.slice(2));
      await to.archive.restoreCommands(commands.slice(1));
      await to.archive.restoreClaims(claims.slice(1));
      for (let times = 0; times < 2; times++) {
        await to.archive.restoreCommands(commands);
        await to.archive.restoreClaims(claims);
      }
      expect(await contentOf(to.archive)).toEqual({ events, commands, claims });
    });

    it('refuses to restore an event where somebody else has appended one', async () => {
      const [from, to] = [await fresh(), await fresh()];
      const { second } = await fill(from.store);
      await to.store.append(appendOf({ streamId: second, expected: emptyStream }));
      const { events } = await contentOf(from.archive);
      const restoring = to.archive.restoreEvents(events.filter(({ streamId }) => streamId === second));
      await expect(restoring).rejects.toThrow(/^Somebody else writes into the log: .*account-/);
    });

    it('keeps the order of a long log in which streams come back again and again', async () => {
      const [from, to] = [await fresh(), await fresh()];
      const streams = ['account-a', 'account-A', 'account-b'];
      for (let round = 0; round < 12; round++) {
        const streamId = streams[(round * 7) % streams.length] ?? '';
        const { tip } = await from.store.load(streamId);
        tipOf(await from.store.append(appendOf({ streamId, expected: tip, events: facts(1 + (round % 3)) })));
      }
      const { events } = await contentOf(from.archive);
      await to.archive.restoreEvents(events);
      expect((await contentOf(to.archive)).events).toEqual(events);
    });
  });
};
