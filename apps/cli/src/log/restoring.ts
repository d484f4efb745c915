import { LRUCache } from 'lru-cache';
import { emptyStream, type StreamTip } from '#libs/platform/event-store/event-store';
import { eventHash } from '#libs/platform/event-store/hash-chain';
import type { ArchivedClaim, ArchivedCommand, ArchivedEvent, LogArchive } from '#libs/platform/event-store/log-archive';
import type { Compared } from './comparing';
import { DamagedFile, type ReadEntry } from './log-reading';

const tipsInMemory = 200_000;
const atOnce = { items: 2_000, characters: 4_000_000 };

/** What an answer or a name speaks of. */
interface OfRevision {
  readonly streamId: string;
  readonly revision: number;
  readonly line: number;
}

type ReadCommand = ArchivedCommand & { readonly line: number };
type ReadClaim = ArchivedClaim & { readonly line: number };

/** Sees to it that every event follows on from the one before it in its stream, and that its content gives its hash. */
class ChainCheck {
  private readonly known = new LRUCache<string, StreamTip>({ max: tipsInMemory });

  constructor(private readonly archive: Pick<LogArchive, 'tips'>) {}

  /** Throws {@link DamagedFile} at the first answer or name that speaks of a revision which its stream has not. */
  async assertReached(page: readonly OfRevision[], nameOf: (nth: number) => string): Promise<void> {
    const tips = await this.before(page.map(({ streamId }) => streamId));
    for (const [nth, { streamId, revision, line }] of page.entries())
      if (revision > (tips.get(streamId) ?? emptyStream).revision)
        throw new DamagedFile(line, `${nameOf(nth)} is of revision ${revision} of ${streamId}, which there is not.`);
  }

  /** Throws {@link DamagedFile} at the first event that does not. */
  async check(page: readonly { readonly event: ArchivedEvent; readonly line: number }[]): Promise<void> {
    const tips = await this.before(page.map(({ event }) => event.streamId));
    for (const { event, line } of page) {
      const tip = tips.get(event.streamId) ?? emptyStream;
      const due = tip.revision + 1;
      if (event.revision !== due)
        throw new DamagedFile(line, `revision ${due} of ${event.streamId} is missing before ${event.revision}.`);
      if (eventHash(tip.hash, event) !== event.hash)
        throw new DamagedFile(line, `revision ${event.revision} of ${event.streamId} does not give its hash.`);
      tips.set(event.streamId, { revision: event.revision, hash: event.hash });
    }
    for (const [streamId, tip] of tips) this.known.set(streamId, tip);
  }

  /** Where streams end before a page; those that were not seen lately are looked up in the store. */
  private async before(streamIds: readonly string[]): Promise<Map<string, StreamTip>> {
    const tips = new Map<string, StreamTip>();
    const unknown = new Set<string>();
    for (const streamId of streamIds) {
      const tip = this.known.get(streamId);
      if (tip === undefined) unknown.add(streamId);
      else tips.set(streamId, tip);
    }
    if (unknown.size > 0) for (const [id, tip] of await this.archive.tips([...unknown])) tips.set(id, tip);
    return tips;
  }
}

/** Gathers what goes into the store together. */
class Page<T> {
  private items: T[] = [];
  private characters = 0;

  constructor(private readonly write: (items: readonly T[]) => Promise<void>) {}

  async add(item: T, characters: number): Promise<void> {
    this.items.push(item);
    this.characters += characters;
    if (this.items.length >= atOnce.items || this.characters >= atOnce.characters) await this.flush();
  }

  async flush(): Promise<void> {
    const { items } = this;
    this.items = [];
    this.characters = 0;
    if (items.length > 0) await this.write(items);
  }
}

interface ReadEvent {
  readonly event: ArchivedEvent;
  readonly line: number;
}

/** Told how much is written of everything, events, answers and names together. */
export interface RestoringHooks {
  readonly onProgress: (written: number) => void;
}

/** Writes what a store does not hold yet of a file. */
class Restoring {
  private readonly chain: ChainCheck;
  private readonly events = new Page<ReadEvent>((page) => this.writeEvents(page));
  private readonly commands = new Page<ReadCommand>((page) => this.writeCommands(page));
  private readonly claims = new Page<ReadClaim>((page) => this.writeClaims(page));
  private passed = { events: 0, others: 0 };

  constructor(
    private readonly archive: LogArchive,
    private readonly held: Compared['store'],
    private readonly hooks: RestoringHooks,
  ) {
    this.chain = new ChainCheck(archive);
  }

  async next(entry: ReadEntry): Promise<void> {
    if (entry.kind === 'event') return this.event(entry);
    await this.events.flush();
    const { line } = entry;
    if (entry.kind === 'command') await this.commands.add({ ...entry.command, line }, entry.command.answer.length);
    else await this.commands.flush();
    if (entry.kind === 'claim') await this.claims.add({ ...entry.claim, line }, entry.claim.name.length);
    else await this.claims.flush();
    this.passed.others++;
    this.hooks.onProgress(this.passed.events + this.passed.others);
  }

  private async event({ event, line }: ReadEvent): Promise<void> {
    this.passed.events++;
    if (this.passed.events > this.held.events)
      await this.events.add({ event, line }, event.data.length + event.meta.length);
    this.hooks.onProgress(this.passed.events);
  }

  private async writeEvents(page: readonly ReadEvent[]): Promise<void> {
    await this.chain.check(page);
    await this.archive.restoreEvents(page.map(({ event }) => event));
  }

  private async writeCommands(page: readonly ReadCommand[]): Promise<void> {
    const nameOf = (nth: number): string => `answer to ${page[nth]?.credential} under ${page[nth]?.key}`;
    await this.chain.assertReached(page, nameOf);
    await this.archive.restoreCommands(page);
  }

  private async writeClaims(page: readonly ReadClaim[]): Promise<void> {
    await this.chain.assertReached(page, (nth) => `holder of ${page[nth]?.name}`);
    await this.archive.restoreClaims(page);
  }
}

/**
 * Writes the entries of a file into a store that holds the first events of it, or none. Answers and names may be there
 * already. Throws {@link DamagedFile} at an event that does not belong where it stands, and at an answer or name of a
 * revision that there is not, with nothing written from there on.
 */
export const restore = async (
  entries: AsyncIterable<ReadEntry>,
  archive: LogArchive,
  held: Compared['store'],
  hooks: RestoringHooks,
): Promise<void> => {
  const restoring = new Restoring(archive, held, hooks);
  for await (const entry of entries) await restoring.next(entry);
};
