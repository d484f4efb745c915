import { logStart, type LogPosition } from '#libs/platform/event-store/event-store';
import type { ArchivedClaim, ArchivedCommand, ArchivedEvent, LogPicture } from '#libs/platform/event-store/log-archive';
import type { TemporaryFiles } from '../temporary-files';
import type { FollowerState, LogCounts } from './log-lines';
import { DamagedFile, type ReadEntry } from './log-reading';
import { claimOrder, claimsOf, commandOrder, commandsOf } from './picture-order';

/** The store holds something else than the file. */
export class OtherLog extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OtherLog';
  }
}

/** What was found when a file was held against a store. */
export interface Compared {
  /** What the file holds. */
  readonly file: LogCounts;
  /** How much of it the store holds: the first events, and some or all of the rest. */
  readonly store: Omit<LogCounts, 'followers'>;
  readonly followers: readonly FollowerState[];
}

/** The next item of a stream, until it is taken. */
class Cursor<T> {
  private held: T | undefined;
  private ended = false;

  constructor(private readonly items: AsyncIterator<T>) {}

  async peek(): Promise<T | undefined> {
    if (this.held !== undefined || this.ended) return this.held;
    const next = await this.items.next();
    if (next.done === true) this.ended = true;
    else this.held = next.value;
    return this.held;
  }

  take(): void {
    this.held = undefined;
  }
}

async function* eventsOf(picture: LogPicture): AsyncGenerator<ArchivedEvent & LogPosition> {
  for await (const page of picture.events(logStart)) yield* page;
}

const fieldsOfEvent = [
  ...(['streamId', 'revision', 'eventId', 'type', 'schemaVersion', 'data', 'meta'] as const),
  ...(['occurredAt', 'recordedAt', 'hash'] as const),
];

const sameEvent = (a: ArchivedEvent, b: ArchivedEvent): boolean => fieldsOfEvent.every((name) => a[name] === b[name]);

const sameCommand = (a: ArchivedCommand, b: ArchivedCommand): boolean =>
  (['requestHash', 'status', 'answer', 'streamId', 'revision'] as const).every((name) => a[name] === b[name]);

const sameClaim = (a: ArchivedClaim, b: ArchivedClaim): boolean =>
  a.streamId === b.streamId && a.revision === b.revision;

/** What of a sorted part of the file the store holds, and that it holds nothing else. */
class SortedPart<T> {
  held = 0;
  total = 0;
  private last = '';
  private readonly cursor: Cursor<T>;

  constructor(
    items: AsyncIterator<T>,
    private readonly words: { readonly orderOf: (item: T) => string; readonly nameOf: (item: T) => string },
    private readonly same: (a: T, b: T) => boolean,
  ) {
    this.cursor = new Cursor(items);
  }

  async next(item: T, line: number): Promise<void> {
    const { orderOf, nameOf } = this.words;
    const order = orderOf(item);
    if (this.total > 0 && order <= this.last) throw new DamagedFile(line, `${nameOf(item)} is not in its place.`);
    this.total++;
    this.last = order;
    const here = await this.cursor.peek();
    if (here === undefined || orderOf(here) > order) return;
    if (orderOf(here) < order) throw this.tooMuch(here);
    if (!this.same(here, item)) throw new OtherLog(`The store holds another ${nameOf(item)} than line ${line}.`);
    this.held++;
    this.cursor.take();
  }

  async finish(): Promise<void> {
    const here = await this.cursor.peek();
    if (here !== undefined) throw this.tooMuch(here);
  }

  private tooMuch(here: T): OtherLog {
    return new OtherLog(`The store holds ${this.words.nameOf(here)}, which is not in the file.`);
  }
}

/** Told as it goes. */
export interface ComparingHooks {
  /** For what does not fit into memory. */
  readonly files: TemporaryFiles;
  /** Told of every event that the store holds: the how manieth it is, and its place. */
  readonly onEvent?: (count: number, place: LogPosition) => void;
}

const placeWord = ({ streamId, revision }: ArchivedEvent): string => `revision ${revision} of ${streamId}`;

/** Holds the entries of a file against a store, one after the other. */
class Comparison {
  private readonly events: Cursor<ArchivedEvent & LogPosition>;
  private readonly commands: SortedPart<ArchivedCommand>;
  private readonly claims: SortedPart<ArchivedClaim>;
  private readonly followers: FollowerState[] = [];
  private held = 0;
  private total = 0;

  constructor(
    picture: LogPicture,
    private readonly hooks: ComparingHooks,
  ) {
    this.events = new Cursor(eventsOf(picture));
    this.commands = new SortedPart(
      commandsOf(picture, hooks.files),
      { orderOf: commandOrder, nameOf: ({ credential, key }) => `answer to ${credential} under ${key}` },
      sameCommand,
    );
    this.claims = new SortedPart(
      claimsOf(picture, hooks.files),
      { orderOf: claimOrder, nameOf: ({ name }) => `holder of ${name}` },
      sameClaim,
    );
  }

  async next(entry: ReadEntry): Promise<void> {
    if (entry.kind !== 'event') await this.endOfEvents();
    switch (entry.kind) {
      case 'event':
        return this.event(entry.event, entry.line);
      case 'command':
        return this.commands.next(entry.command, entry.line);
      case 'claim':
        return this.claims.next(entry.claim, entry.line);
      case 'follower':
        this.followers.push(entry.follower);
        return;
      case 'end':
        return;
    }
  }

  async finish(): Promise<Compared> {
    await this.commands.finish();
    await this.claims.finish();
    const { followers, commands, claims } = this;
    return {
      file: { events: this.total, commands: commands.total, claims: claims.total, followers: followers.length },
      store: { events: this.held, commands: commands.held, claims: claims.held },
      followers,
    };
  }

  private async endOfEvents(): Promise<void> {
    const beyond = await this.events.peek();
    if (beyond !== undefined) throw new OtherLog(`The store holds more than the file: ${placeWord(beyond)}.`);
  }

  private async event(event: ArchivedEvent, line: number): Promise<void> {
    this.total++;
    const here = await this.events.peek();
    if (here === undefined) return;
    if (!sameEvent(here, event))
      throw new OtherLog(`The store holds ${placeWord(here)} where line ${line} of the file has ${placeWord(event)}.`);
    this.held++;
    this.hooks.onEvent?.(this.held, here);
    this.events.take();
  }
}

/**
 * Holds a file against a store, both as they go by. The store may hold less than the file: events that are the file's
 * first ones, and some of its answers and names. Throws {@link OtherLog} as soon as it holds anything else.
 */
export const compare = async (
  entries: AsyncIterable<ReadEntry>,
  picture: LogPicture,
  hooks: ComparingHooks,
): Promise<Compared> => {
  const comparison = new Comparison(picture, hooks);
  for await (const entry of entries) await comparison.next(entry);
  return comparison.finish();
};

/** Whether the store holds everything that the file does. */
export const isWhole = ({ file, store }: Compared): boolean =>
  store.events === file.events && store.commands === file.commands && store.claims === file.claims;
