import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Report } from '#libs/platform/runtime/report';
import { readMessage, type Arrival, type IncomingMessage, type VersionedFact } from './arrival';
import { overConnection } from './feed-connection';
import { factsBetween, factsOf, lookUp, type LookUpNeeds } from './feed-look-up';
import { placeOf, sorted, subjectOf } from './feed-sorting';
import { readParked, readShare, readTips, type ParkedStream, type Share } from './feed-store';
import { Overtaken, type FeedTarget } from './feed-target';
import { FeedTransactions, type Portion } from './feed-transactions';
import { byStream, heldBy, movable, stuckBy, type Memory, type Work } from './feed-work';

/** What a feed reads, writes and tells. The log is where facts are looked up that did not come. */
export interface FeedNeeds extends LookUpNeeds {
  /** Where offsets are kept, and the target's rows with them. */
  readonly source: DataSource;
  readonly target: FeedTarget;
  readonly report: Report;
  /** The partition in which the facts of a stream are published. */
  readonly partitionOf: (streamId: string) => number;
  /** Shared by the shares of one feed in one process; each has its own by default. */
  readonly transactions?: FeedTransactions;
}

/** A message of a topic. */
export interface OffsetMessage extends IncomingMessage {
  readonly offset: string;
}

/** What was done with messages. */
export interface Taken {
  readonly facts: number;
  readonly duplicates: number;
  /** How many of the facts were looked up in the log. */
  readonly lookedUp: number;
  /** How many streams were held up. */
  readonly parked: number;
  /** When the last fact was recorded, or undefined without any. */
  readonly recordedAt: number | undefined;
}

/** The messages do not begin where the share ends: read from there. */
export interface ReadFrom {
  readonly readFrom: number;
}

const tipsInMemory = 20_000;
const logEnd: LogPosition = { xid: Infinity, position: Infinity };

const nothingTaken: Taken = { facts: 0, duplicates: 0, lookedUp: 0, parked: 0, recordedAt: undefined };

/**
 * One partition of a topic, worked on for one feed. The facts' effects, the last revision of every stream and the next
 * offset are written in one transaction, under a lock on the offset and perhaps together with those of other partitions:
 * whatever is delivered twice, out of turn or to two processes at once has its effects once.
 */
export class FeedShare {
  private memory: Memory | undefined;
  private readonly tips = new LRUCache<string, number>({ max: tipsInMemory });
  private readonly transactions: FeedTransactions;
  private soughtTo: number | undefined;

  constructor(
    private readonly needs: FeedNeeds,
    private readonly share: Share,
  ) {
    this.transactions = needs.transactions ?? new FeedTransactions(needs);
  }

  /** The offset of the first message that has not been dealt with. */
  async begin(): Promise<number> {
    return (await this.remember()).state.nextOffset;
  }

  /** Deals with messages, in order. Rejects when it cannot now; the same messages may then be given again. */
  async take(messages: readonly OffsetMessage[]): Promise<Taken | ReadFrom> {
    for (;;) {
      try {
        return await this.takeOnce(messages);
      } catch (error) {
        this.forget();
        if (!(error instanceof Overtaken)) throw error;
      }
    }
  }

  /** Gives a stream that is held up another try, from the log. True when it is held up no more. */
  async repair(streamId: string): Promise<boolean> {
    this.forget();
    const memory = await this.remember();
    const held = memory.parked.get(streamId);
    if (held === undefined) return true;
    const tip = (await this.tipsOf([streamId])).get(streamId) ?? -1;
    const facts = held.reaches < 0 ? [] : await lookUp(this.needs, streamId, tip + 1, held.reaches);
    const next = { ...memory.state, epoch: memory.state.epoch + 1 };
    const work = {
      memory,
      facts,
      next,
      waiting: new Map(),
      stuck: stuckBy(facts, [], this.needs.catalogue),
      mended: streamId,
    };
    await this.carryOut(work);
    return work.stuck.size === 0;
  }

  /** Drops what is in memory: the next messages are judged by what is stored. */
  forget(): void {
    this.memory = undefined;
    this.tips.clear();
  }

  private async takeOnce(messages: readonly OffsetMessage[]): Promise<Taken | ReadFrom> {
    const { state } = await this.remember();
    const fresh = messages.filter(({ offset }) => Number(offset) >= state.nextOffset);
    const [first] = fresh;
    const last = fresh.at(-1);
    if (first === undefined || last === undefined) return nothingTaken;
    if (Number(first.offset) > state.nextOffset && this.soughtTo !== state.nextOffset) {
      this.soughtTo = state.nextOffset;
      return { readFrom: state.nextOffset };
    }
    const arrivals = fresh.map((message) => readMessage(message, this.needs.catalogue, this.needs.target));
    // Every number of the topic was once given: those before the first were removed before we could read them.
    if (Number(first.offset) > state.nextOffset) await this.recover(arrivals);
    const offsets = fresh.map(({ offset }) => offset);
    return this.takeArrivals(arrivals, Number(last.offset) + 1, offsets);
  }

  /** Deals with everything that the log holds of this share before the first of these arrivals, page by page. */
  private async recover(arrivals: readonly Arrival[]): Promise<void> {
    const { feed, partition } = this.share;
    this.needs.report('feed-fell-off-topic', { feed, partition });
    const until = arrivals.flatMap((arrival) => placeOf(arrival) ?? [])[0] ?? logEnd;
    for (;;) {
      const { state } = await this.remember();
      const page = await factsBetween(this.needs, state.place, until);
      const last = page.at(-1);
      if (last === undefined) return;
      const mine = page.filter(({ streamId }) => this.needs.partitionOf(streamId) === partition);
      const facts = mine.map((fact): Arrival => ({ kind: 'fact', fact }));
      await this.takeArrivals([...facts, { kind: 'reached', place: last.place }], state.nextOffset, []);
    }
  }

  private async takeArrivals(
    arrivals: readonly Arrival[],
    nextOffset: number,
    offsets: readonly string[],
  ): Promise<Taken> {
    const memory = await this.remember();
    const [{ state, parked }, tips] = [memory, await this.tipsBefore(arrivals)];
    const known = { tipOf: (id: string) => tips.get(id) ?? -1, isParked: (id: string) => parked.has(id) };
    const { steps, duplicates, waiting, unreadable, place } = sorted(arrivals, known, state.place);
    const { facts, lookedUp, stuck } = await factsOf(this.needs, steps);
    const damaged = unreadable.map(({ index, error }) => this.unreadableAt(offsets[index] ?? '', error));
    const next = { nextOffset, epoch: state.epoch, place };
    const all = stuckBy(facts, [...stuck, ...damaged], this.needs.catalogue);
    const taken = await this.carryOut({ memory, facts, next, waiting, stuck: all });
    return { facts: taken.length, duplicates, lookedUp, parked: all.size, recordedAt: facts.at(-1)?.recordedAt };
  }

  private tell({ streamId, revision, error }: ParkedStream): void {
    this.needs.report('feed-parked', { feed: this.share.feed, streamId, revision, error });
  }

  private unreadableAt(offset: string, error: string): ParkedStream {
    const streamId = `${this.share.topic}/${this.share.partition}@${offset}`;
    return { streamId, revision: -1, reaches: -1, eventId: '', error };
  }

  private async remember(): Promise<Memory> {
    this.memory ??= await overConnection(this.needs.source, async (send) => ({
      state: await readShare(send, this.share),
      parked: byStream(await readParked(send, this.share)),
    }));
    return this.memory;
  }

  private tipsOf(streams: readonly string[]): Promise<Map<string, number>> {
    if (streams.length === 0) return Promise.resolve(new Map<string, number>());
    return overConnection(this.needs.source, (send) => readTips(send, this.share.feed, streams));
  }

  /** The last revision dealt with of every stream that these messages are about. */
  private async tipsBefore(arrivals: readonly Arrival[]): Promise<ReadonlyMap<string, number>> {
    const streams = [...new Set(arrivals.flatMap((arrival) => subjectOf(arrival)?.streamId ?? []))];
    const tips = new Map(streams.flatMap((id) => (this.tips.has(id) ? [[id, this.tips.get(id) ?? -1] as const] : [])));
    for (const [id, tip] of await this.tipsOf(streams.filter((id) => !tips.has(id)))) tips.set(id, tip);
    return tips;
  }

  /** Has all effects that can be had, and answers the facts that had theirs. */
  private async carryOut(work: Work): Promise<readonly VersionedFact[]> {
    for (const held of work.stuck.values()) this.tell(held);
    for (;;) {
      const facts = movable(work);
      await this.needs.target.before(facts);
      const refused = await this.transactions.carryOut(this.portionOf(work, facts));
      if (refused.length === 0) {
        this.settle(work, facts);
        return facts;
      }
      for (const each of refused) this.hold(work, heldBy(work.facts, each));
    }
  }

  private hold({ stuck }: Work, held: ParkedStream): void {
    if (held.revision >= (stuck.get(held.streamId)?.revision ?? Infinity)) return;
    stuck.set(held.streamId, held);
    this.tell(held);
  }

  private portionOf({ memory, stuck, mended, waiting, next }: Work, facts: readonly VersionedFact[]): Portion {
    const longer = [...memory.parked.values()].flatMap((held) => {
      const reaches = waiting.get(held.streamId);
      return reaches === undefined ? [] : [{ ...held, reaches }];
    });
    const parked = [...stuck.values(), ...longer];
    const portion = { share: this.share, before: memory.state, after: next, facts, parked };
    return mended === undefined || stuck.has(mended) ? portion : { ...portion, mended };
  }

  /** What is in memory follows what was committed. */
  private settle({ stuck, mended, memory, next }: Work, facts: readonly VersionedFact[]): void {
    if (stuck.size > 0 || mended !== undefined) return this.forget();
    for (const { streamId, revision } of facts) this.tips.set(streamId, revision);
    this.memory = { state: next, parked: memory.parked };
  }
}
