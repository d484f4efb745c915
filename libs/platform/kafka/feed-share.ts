import type { DataSource } from 'typeorm';
import type { Report } from '#libs/platform/runtime/report';
import { readMessage, type Arrival, type VersionedFact } from './arrival';
import { isAstray, settled } from './feed-dispute';
import { factsBetween, factsOf, lookUp, type LookUpNeeds } from './feed-look-up';
import { ShareMemory } from './feed-memory';
import { endOfUntold, sorted, subjectOf } from './feed-sorting';
import type { ParkedStream, Share, ShareState, Tip } from './feed-store';
import { Overtaken, type FeedTarget } from './feed-target';
import { FeedTransactions, type Portion } from './feed-transactions';
import { heldBy, movable, stuckBy, type Work } from './feed-work';
import { beginningOf, judged, markOf, type FellOff, type OffsetMessage } from './topic-mark';

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

const nothingTaken: Taken = { facts: 0, duplicates: 0, lookedUp: 0, parked: 0, recordedAt: undefined };

/**
 * One partition of a topic, worked on for one feed. The facts' effects, the last revision of every stream and the next
 * offset are written in one transaction, under a lock on the offset and perhaps together with those of other partitions:
 * whatever is delivered twice, out of turn or to two processes at once has its effects once.
 */
export class FeedShare {
  private readonly memory: ShareMemory;
  private readonly transactions: FeedTransactions;
  private soughtTo: number | undefined;
  /** True until a message shows that the topic is the one that we know. */
  private doubts = false;

  constructor(
    private readonly needs: FeedNeeds,
    private readonly share: Share,
  ) {
    this.memory = new ShareMemory(needs.source, share);
    this.transactions = needs.transactions ?? new FeedTransactions(needs);
  }

  /** Where to read on: at the first message that has not been dealt with, or right before it. */
  async begin(): Promise<number> {
    const { state } = await this.memory.read();
    const beginning = beginningOf(state);
    this.doubts = beginning < state.nextOffset;
    this.soughtTo = undefined;
    return beginning;
  }

  /**
   * Deals with messages, in order; `end` is the offset that the next message of the topic will have. Rejects when it
   * cannot now; the same messages may then be given again.
   */
  async take(messages: readonly OffsetMessage[], end = Infinity): Promise<Taken | ReadFrom> {
    for (;;) {
      try {
        return await this.takeOnce(messages, end);
      } catch (error) {
        this.forget();
        if (!(error instanceof Overtaken)) throw error;
      }
    }
  }

  /** Gives a stream that is held up another try, from the log. True when it is held up no more. */
  async repair(streamId: string): Promise<boolean> {
    this.forget();
    const memory = await this.memory.read();
    const held = memory.parked.get(streamId);
    if (held === undefined) return true;
    const tip = (await this.memory.tipsOf([streamId])).get(streamId);
    const astray = await isAstray(this.needs, streamId, tip);
    if (astray && !(await this.isRenewedSince(held))) return false;
    // Who knows how far back the log is another one; what was had before of this stream bears repeating, or is undone.
    const from = astray ? 0 : (tip?.revision ?? -1) + 1;
    const facts = held.reaches < 0 ? [] : await lookUp(this.needs, streamId, from, held.reaches);
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

  private async isRenewedSince({ parkedAt }: ParkedStream): Promise<boolean> {
    const { target } = this.needs;
    return target.renewedSince === undefined || (parkedAt !== undefined && (await target.renewedSince(parkedAt)));
  }

  /** Drops what is in memory: the next messages are judged by what is stored. */
  forget(): void {
    this.memory.forget();
  }

  private async takeOnce(messages: readonly OffsetMessage[], end: number): Promise<Taken | ReadFrom> {
    const { state } = await this.memory.read();
    const { fresh, fellOff, seek, standing } = judged(state, messages, end, this.doubts);
    if (standing === 'proven') this.doubts = false;
    if (seek !== undefined && this.soughtTo !== seek) {
      this.soughtTo = seek;
      return { readFrom: seek };
    }
    const last = fresh.at(-1);
    if (last === undefined) return nothingTaken;
    const arrivals = fresh.map((message) => readMessage(message, this.needs.catalogue, this.needs.target));
    if (fellOff !== undefined) await this.recover(arrivals, fellOff);
    // In another topic the same offset means something else to whoever had the share before.
    const epoch = state.epoch + (fellOff === 'another-topic' ? 1 : 0);
    const after = { nextOffset: Number(last.offset) + 1, epoch, mark: markOf(last) };
    const offsets = fresh.map(({ offset }) => offset);
    const taken = await this.takeArrivals(arrivals, after, offsets);
    this.doubts = false;
    return taken;
  }

  /** Deals with everything that the log holds of this share before the first of these arrivals, page by page. */
  private async recover(arrivals: readonly Arrival[], why: FellOff): Promise<void> {
    const { feed, partition } = this.share;
    this.needs.report('feed-fell-off-topic', { feed, partition, why });
    const until = endOfUntold(arrivals);
    for (;;) {
      const { state } = await this.memory.read();
      const page = await factsBetween(this.needs, state.place, until);
      const last = page.at(-1);
      if (last === undefined) return;
      const mine = page.filter(({ streamId }) => this.needs.partitionOf(streamId) === partition);
      const facts = mine.map((fact): Arrival => ({ kind: 'fact', fact }));
      await this.takeArrivals([...facts, { kind: 'reached', place: last.place }], state, []);
    }
  }

  private async takeArrivals(
    arrivals: readonly Arrival[],
    after: Omit<ShareState, 'place'>,
    offsets: readonly string[],
  ): Promise<Taken> {
    const memory = await this.memory.read();
    const [{ state, parked }, tips] = [memory, await this.tipsBefore(arrivals)];
    const known = { tipOf: (id: string) => tips.get(id), isParked: (id: string) => parked.has(id) };
    const sorting = sorted(arrivals, known, state.place);
    const { duplicates, waiting, unreadable, place, contradicted, doubtful } = sorting;
    const { steps, wrong } = await settled(this.needs, sorting, tips);
    this.memory.trust(doubtful, tips);
    const { feed, partition } = this.share;
    if (contradicted.size > 0) this.needs.report('feed-contradicted', { feed, partition, streams: [...contradicted] });
    const { facts, lookedUp, stuck } = await factsOf(this.needs, steps);
    const damaged = unreadable.map(({ index, error }) => this.unreadableAt(offsets[index] ?? '', error));
    const next = { ...after, place };
    const all = stuckBy(facts, [...stuck, ...damaged, ...wrong], this.needs.catalogue);
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

  /** The last event dealt with of every stream that these messages are about. */
  private tipsBefore(arrivals: readonly Arrival[]): Promise<ReadonlyMap<string, Tip>> {
    return this.memory.tipsOf([...new Set(arrivals.flatMap((arrival) => subjectOf(arrival)?.streamId ?? []))]);
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
    this.memory.settle({ state: next, parked: memory.parked }, facts);
  }
}
