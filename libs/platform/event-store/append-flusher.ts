import { setImmediate as othersTurn } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { planBatch, judge, type Batch, type BatchLimits, type Waiting } from './append-batch';
import { appendStatement } from './append-statement';
import { knowledgeOf, knowledgeStatement } from './append-knowledge';
import { StoreUnavailable } from './event-store';
import type { LogConnection } from './log-connection';

const mostAttempts = 10;
/**
 * A batch that fails over a known command or a taken name costs twice. They seldom come alone (a till that was offline,
 * an import that starts again), so for some batches afterwards the log is asked before, and not only after.
 */
const batchesToBeWary = 32;
/** So many appends are worth a commit of their own, though they could share one. */
const worthACommit = 32;
const uniqueViolation = '23505';
/** Deadlock, serialisation failure, lock not available: the statement had no effect and may succeed the next time. */
const passing: ReadonlySet<string> = new Set(['40P01', '40001', '55P03']);
/** Connection exceptions, a server that shuts down, crashed or starts, and one that has become read-only. */
const lostCodes = /^(08...|57P0.|25006)$/;

const codeOf = (error: unknown): string => (error instanceof DatabaseError ? (error.code ?? '') : '');

/** Tells those who wait for a batch what became of it. */
type Answer = () => void;

const nobody: Answer = () => undefined;

/**
 * Writes appends over one connection, batch after batch: while a batch commits, the next one gathers. Idle, it writes
 * at once whatever came in the same turn of the event loop; of much that came together half, so that the server has
 * something to write while those it has answered make up what comes next, and the other way round.
 */
export class AppendFlusher {
  private queue: Waiting[] = [];
  private busy = false;
  private closed = false;
  private wary = 0;
  private written = nobody;
  private idle: (() => void)[] = [];

  constructor(
    private readonly connection: LogConnection,
    private readonly limits: BatchLimits,
    private readonly appended: (appends: number) => void,
  ) {}

  /** How many appends wait for their batch. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Queues an append; rejects it once this is closed. */
  add(waiting: Waiting): void {
    if (this.closed) {
      waiting.reject(new StoreUnavailable(new Error('The event store is closed.')));
      return;
    }
    this.queue.push(waiting);
    if (!this.busy) this.start();
  }

  /** Writes what is queued, takes nothing more, and ends the connection. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.busy) await new Promise<void>((resolve) => this.idle.push(resolve));
    await this.connection.close();
  }

  private start(): void {
    this.busy = true;
    void this.run();
  }

  private async run(): Promise<void> {
    let most = await this.turn();
    while (this.queue.length > 0) {
      const flushed = this.flush(most);
      this.answer();
      await flushed;
      most = this.queue.length > 0 ? Infinity : await this.turn();
    }
    this.busy = false;
    for (const done of this.idle.splice(0)) done();
  }

  /** Answers whoever waits for that and lets others have a turn, to append again; how many to write then. */
  private async turn(): Promise<number> {
    this.answer();
    await othersTurn();
    return Math.max(worthACommit, Math.ceil(this.queue.length / 2));
  }

  /** Answers those that were written last; the server is at work on the next by then, if there are any. */
  private answer(): void {
    const answer = this.written;
    this.written = nobody;
    answer();
  }

  private async flush(most: number): Promise<void> {
    const considered = this.wary > 0 ? await this.sift() : Math.min(most, this.queue.length);
    if (considered === 0) return;
    const batch = planBatch(this.queue.slice(0, considered), this.limits);
    this.queue = [...batch.left, ...this.queue.slice(considered)];
    let conflicts: readonly Waiting[] = [];
    try {
      conflicts = await this.write(batch);
    } catch (error) {
      const appends = batch.moves.flatMap((move) => move.appends);
      return this.recover(error, appends, batch.stoodBack);
    }
    if (conflicts.length + batch.stoodBack.length === 0) return;
    this.answer();
    await this.settle(conflicts, batch.stoodBack).catch((error: unknown) => this.recover(error, conflicts));
  }

  /** Refuses what is to be refused of the next appends before they are written; answers how many then come first. */
  private async sift(): Promise<number> {
    this.wary--;
    const next = this.queue.slice(0, this.limits.appends);
    try {
      return next.length - (await this.settle([], next));
    } catch (error) {
      this.giveUp(next, error);
      this.queue = this.queue.filter((waiting) => !next.includes(waiting));
      return 0;
    }
  }

  /** After a failure over some appends. A statement that fails has written nothing, unless its connection broke before the answer. */
  private async recover(
    error: unknown,
    appends: readonly Waiting[],
    stoodBack: readonly Waiting[] = [],
  ): Promise<void> {
    const code = codeOf(error);
    if (code === uniqueViolation) {
      this.wary = batchesToBeWary;
      await this.settle(appends, stoodBack).catch((reason: unknown) => this.giveUp(appends, reason));
    } else if (passing.has(code)) this.again(appends);
    else this.giveUp(appends, error);
  }

  /** Tells callers that the log did not answer; all that are queued, too, when there is no server to ask. */
  private giveUp(appends: readonly Waiting[], error: unknown): void {
    const lost = !(error instanceof DatabaseError) || lostCodes.test(codeOf(error));
    for (const waiting of [...appends, ...(lost ? this.queue.splice(0) : [])])
      waiting.reject(new StoreUnavailable(error));
  }

  /** Writes a batch, has those answered that it took in, and returns those whose stream was elsewhere. */
  private async write(batch: Batch): Promise<Waiting[]> {
    const { rows } = await this.connection.query(appendStatement(batch));
    const done = new Set((rows[0]?.[0] ?? '').split(','));
    const conflicts: Waiting[] = [];
    const written: Waiting[] = [];
    batch.moves.forEach((move, index) => (done.has(String(index + 1)) ? written : conflicts).push(...move.appends));
    this.written = () => {
      for (const { resolve, tip } of written) resolve({ kind: 'appended', tip });
    };
    if (conflicts.length < batch.size) this.appended(batch.size - conflicts.length);
    return conflicts;
  }

  /**
   * Tells apart, among appends that could not be written and others still in the queue, those that are refused and
   * those to be tried (again). Answers how many are refused.
   */
  private async settle(failed: readonly Waiting[], queued: readonly Waiting[]): Promise<number> {
    const doubtful = [...failed, ...queued];
    if (doubtful.length === 0) return 0;
    const { rows } = await this.connection.query(knowledgeStatement(doubtful));
    const refusals = judge(doubtful, knowledgeOf(rows));
    for (const [waiting, outcome] of refusals) {
      if (outcome.kind !== 'conflict') this.wary = batchesToBeWary;
      waiting.resolve(outcome);
    }
    this.queue = this.queue.filter((waiting) => !refusals.has(waiting));
    this.again(failed.filter((waiting) => !refusals.has(waiting)));
    return refusals.size;
  }

  private again(appends: readonly Waiting[]): void {
    const hopeful: Waiting[] = [];
    for (const waiting of appends) {
      if (++waiting.attempts < mostAttempts) hopeful.push(waiting);
      else waiting.reject(new StoreUnavailable(new Error('The append could not be settled.')));
    }
    this.queue = [...hopeful, ...this.queue];
  }
}
