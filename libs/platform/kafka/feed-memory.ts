import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { VersionedFact } from './arrival';
import { overConnection } from './feed-connection';
import { readParked, readShare, readTips, type Share } from './feed-store';
import { byStream, type Memory } from './feed-work';

const tipsInMemory = 20_000;

/** What is stored about a share, kept in memory for as long as nobody else is known to have changed it. */
export class ShareMemory {
  private memory: Memory | undefined;
  private readonly tips = new LRUCache<string, number>({ max: tipsInMemory });

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

  /** The last revision dealt with of each of these streams; streams without any are absent. */
  async tipsOf(streams: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const tips = new Map(streams.flatMap((id) => (this.tips.has(id) ? [[id, this.tips.get(id) ?? -1] as const] : [])));
    const missing = streams.filter((id) => !tips.has(id));
    if (missing.length === 0) return tips;
    const stored = await overConnection(this.source, (send) => readTips(send, this.share.feed, missing));
    for (const [id, tip] of stored) tips.set(id, tip);
    return tips;
  }

  /** Follows what was committed. */
  settle(memory: Memory, facts: readonly VersionedFact[]): void {
    for (const { streamId, revision } of facts) this.tips.set(streamId, revision);
    this.memory = memory;
  }

  /** Drops everything: what comes next is judged by what is stored. */
  forget(): void {
    this.memory = undefined;
    this.tips.clear();
  }
}
