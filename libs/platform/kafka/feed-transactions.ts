import type { DataSource } from 'typeorm';
import type { Send } from '#libs/platform/read-models/send';
import type { VersionedFact } from './arrival';
import { inTransaction } from './feed-connection';
import { lockShares, moveShares, removeParked, writeParked, writeTips } from './feed-store';
import type { ParkedStream, Share, ShareState } from './feed-store';
import { Overtaken, type FeedTarget, type Refused } from './feed-target';

/** What one share brings into a transaction. */
export interface Portion {
  readonly share: Share;
  /** What is stored about the share must still be this. */
  readonly before: ShareState;
  readonly after: ShareState;
  /** Facts whose effects are to be had. */
  readonly facts: readonly VersionedFact[];
  /** Streams that are held up, or have more waiting behind them. */
  readonly parked: readonly ParkedStream[];
  /** A stream that is held up no more. */
  readonly mended?: string;
}

interface Waiting {
  readonly portion: Portion;
  readonly alone: boolean;
  readonly resolve: (refused: readonly Refused[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Facts in one transaction, unless a single portion has more. */
const factsTogether = 6_000;

/**
 * The transactions of one feed in one process, one at a time. What several partitions have ready by then goes into the
 * same: a transaction costs the database dozens of statements, however few facts it is for. When something goes wrong
 * with several together, each is tried by itself.
 */
export class FeedTransactions {
  private waiting: readonly Waiting[] = [];
  private running = false;

  constructor(private readonly needs: { readonly source: DataSource; readonly target: FeedTarget }) {}

  /**
   * Has the effects of a portion, and notes them as had. Answers the facts that the target refuses; when there are any
   * nothing of the portion stays. Rejects with {@link Overtaken} when the share is not as it should be.
   */
  carryOut(portion: Portion): Promise<readonly Refused[]> {
    return new Promise((resolve, reject) => {
      this.waiting = [...this.waiting, { portion, alone: false, resolve, reject }];
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    // Partitions whose messages came together are ready one after the other within the same turn.
    await new Promise((resolve) => setImmediate(resolve));
    for (let group = this.next(); group.length > 0; group = this.next()) await this.together(group);
    this.running = false;
  }

  private next(): readonly Waiting[] {
    const group: Waiting[] = [];
    let facts = 0;
    for (const each of this.waiting) {
      facts += each.portion.facts.length;
      if (group.length > 0 && (each.alone || group[0]?.alone === true || facts > factsTogether)) break;
      // Both would find their share as it was before: only when the first is through is the second overtaken.
      if (group.some(({ portion }) => portion.share.partition === each.portion.share.partition)) break;
      group.push(each);
    }
    this.waiting = this.waiting.slice(group.length);
    return group;
  }

  private async together(group: readonly Waiting[]): Promise<void> {
    try {
      const refused = await inTransaction(
        this.needs.source,
        (send) =>
          this.write(
            send,
            group.map(({ portion }) => portion),
          ),
        (answer) => answer.length === 0,
      );
      this.settle(group, refused);
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else this.again(group.map((each) => ({ ...each, alone: true })));
    }
  }

  private settle(group: readonly Waiting[], refused: readonly Refused[]): void {
    const byEvent = new Map(refused.map((each) => [each.eventId, each]));
    const untouched: Waiting[] = [];
    for (const each of group) {
      const mine = each.portion.facts.flatMap(({ eventId }) => byEvent.get(eventId) ?? []);
      if (refused.length > 0 && mine.length === 0) untouched.push(each);
      else each.resolve(mine);
    }
    if (untouched.length < group.length) return this.again(untouched);
    for (const { reject } of group) reject(new Error('A fact was refused that was not given.'));
  }

  private again(portions: readonly Waiting[]): void {
    this.waiting = [...portions, ...this.waiting];
  }

  private async write(send: Send, portions: readonly Portion[]): Promise<readonly Refused[]> {
    const stored = await lockShares(
      send,
      portions.map(({ share }) => share),
    );
    for (const { share, before } of portions) {
      const found = stored.get(share.partition);
      if (found?.nextOffset !== before.nextOffset || found.epoch !== before.epoch) throw new Overtaken();
    }
    const facts = portions.flatMap((portion) => portion.facts);
    const refused = await this.needs.target.within(facts, send);
    if (refused.length > 0) return refused;
    const [first] = portions;
    if (first === undefined) return [];
    const { feed } = first.share;
    await writeTips(send, feed, new Map(facts.map((fact) => [fact.streamId, fact])));
    for (const { share, mended, parked } of portions) {
      if (mended !== undefined) await removeParked(send, feed, mended);
      await writeParked(send, share, parked);
    }
    await moveShares(
      send,
      portions.map(({ share, after }) => [share, after] as const),
    );
    return [];
  }
}
