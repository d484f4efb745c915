import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { VersionedFact } from './arrival';
import { overConnection } from './feed-connection';
import { readParked, readShare, readTips, type Share, type Tip } from './feed-store';
import { byStream, type Memory } from './feed-work';

const tipsInMemory = 20_000;

/** What is stored about a share, kept in memory for as long as nobody else is known to have changed it. */
export class ShareMemory {
  private memory: Memory | undefined;
  private readonly tips = new LRUCache<string, Tip>({ max: tipsInMemory });

  constructor(
    private readonly source: DataSource,
    private readonly share: Share,
  ) {}

  async read(): Promise<Memory> {
    this.memory ??= await overConnection(this.source, async (send) => ({
      state: await readShare(send, this.share),
      parked: byStream(await readParked(send, this.share)),
    }));
    return this.memory;
  }

  /** The last event dealt with of each of these streams; streams without any are absent. */
  async tipsOf(streams: readonly string[]): Promise<ReadonlyMap<string, Tip>> {
    const tips = new Map<string, Tip>();
    for (const id of streams) {
      const tip = this.tips.get(id);
      if (tip !== undefined) tips.set(id, tip);
    }
    const missing = streams.filter((id) => !tips.has(id));
    if (missing.length === 0) return tips;
    const stored = await overConnection(this.source, (send) => readTips(send, this.share.feed, missing));
    for (const [id, tip] of stored) tips.set(id, tip);
    return tips;
  }

  /** These streams' last events were compared with the log. */
  trust(streams: Iterable<string>, tips: ReadonlyMap<string, Tip>): void {
    for (const id of streams) {
      const tip = tips.get(id);
      if (tip !== undefined) this.tips.set(id, { ...tip, isLogged: true });
    }
  }

  /** Follows what was committed. */
  settle(memory: Memory, facts: readonly VersionedFact[]): void {
    for (const { streamId, revision, eventId } of facts) this.tips.set(streamId, { revision, eventId });
    this.memory = memory;
  }

  /** Drops everything: what comes next is judged by what is stored. */
  forget(): void {
    this.memory = undefined;
    this.tips.clear();
  }
}
