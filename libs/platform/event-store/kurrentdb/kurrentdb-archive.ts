import type { StreamTip } from '../event-store';
import {
  RestoreRefused,
  type ArchivedClaim,
  type ArchivedCommand,
  type ArchivedEvent,
  type LogArchive,
  type LogPicture,
} from '../log-archive';
import type { Write } from './append-messages';
import { KurrentDbConnection } from './kurrentdb-connection';
import { KurrentDbPicture } from './kurrentdb-picture';
import { defaultPatience, type Patience } from './patience';
import { Registry } from './registry';
import { claimWrites, commandWrites, eventWrites } from './restore-writes';
import { Snapshots } from './snapshots';
import { StreamReader } from './stream-reader';
import { StreamTips } from './stream-tips';
import { anchorOf, SureWriter } from './sure-writer';

const atOnce = 32;

/** Does the work for every item, a few at a time. */
const forEach = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  for (let from = 0; from < items.length; from += atOnce) await Promise.all(items.slice(from, from + atOnce).map(work));
};

/**
 * A log on KurrentDB, to be moved. Events are written one write after another, since the server's log is to have their
 * order; on servers that append to several streams at once, one write takes in hundreds of them.
 */
export class KurrentDbArchive implements LogArchive {
  private readonly writer: SureWriter;
  private readonly registry: Registry;
  private readonly reader: StreamReader;

  private constructor(
    private readonly connection: KurrentDbConnection,
    private readonly severalStreams: boolean,
    patience: Patience,
  ) {
    this.writer = new SureWriter(connection);
    this.registry = new Registry(connection, this.writer, patience);
    this.reader = new StreamReader(connection, new StreamTips(), new Snapshots(connection));
  }

  /** Connects and asks which server it is. Rejects with `StoreUnavailable` when there is no answer in time. */
  static async open(options: {
    readonly url: string;
    readonly patience?: Partial<Patience>;
  }): Promise<KurrentDbArchive> {
    const patience = { ...defaultPatience, ...options.patience };
    const connection = new KurrentDbConnection(options.url, patience);
    try {
      const { severalStreams } = await connection.identify();
      return new KurrentDbArchive(connection, severalStreams, patience);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  picture(): Promise<LogPicture> {
    return KurrentDbPicture.of(this.connection, this.registry);
  }

  async tips(streamIds: readonly string[]): Promise<ReadonlyMap<string, StreamTip>> {
    const tips = new Map<string, StreamTip>();
    await forEach(streamIds, async (streamId) => {
      const { tip } = await this.reader.tip(streamId);
      if (tip.revision >= 0) tips.set(streamId, tip);
    });
    return tips;
  }

  async restoreEvents(events: readonly ArchivedEvent[]): Promise<void> {
    for (const writes of eventWrites(events)) {
      if (this.severalStreams) await this.write(writes);
      else for (const write of writes) await this.write([write]);
    }
  }

  async restoreCommands(commands: readonly ArchivedCommand[]): Promise<void> {
    for (const writes of commandWrites(commands)) await this.writeAnew(writes);
  }

  async restoreClaims(claims: readonly ArchivedClaim[]): Promise<void> {
    for (const writes of claimWrites(claims)) await this.writeAnew(writes);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Writes in any order; whatever is there already stays. */
  private async writeAnew(writes: readonly Write[]): Promise<void> {
    if (this.severalStreams && (await this.writer.write(writes)) === 'written') return;
    await forEach(writes, async (write) => {
      if ((await this.writer.write([write])) === 'written') return;
      if ((await this.writer.look(anchorOf(write))) !== 'present') throw new RestoreRefused(write.streamName);
    });
  }

  private async write(writes: readonly Write[]): Promise<void> {
    if ((await this.writer.write(writes)) === 'written') return;
    const [first, ...more] = writes.map(({ streamName }) => streamName);
    throw new RestoreRefused(more.length === 0 ? `${first}` : `${first} or one of ${more.length} other streams`);
  }
}
