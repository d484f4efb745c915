import type { AppendOutcome, AppendRequest, ClaimHolder, CommandRecord, StreamTip } from './event-store';
import { emptyStream } from './event-store';
import { linkEvents, type LinkedEvent } from './hash-chain';
import { pageSize } from './page-size';

/** An append that waits for its outcome, with the hashes and the tip that it leads to. */
export interface Waiting {
  readonly request: AppendRequest;
  readonly events: readonly LinkedEvent[];
  readonly tip: StreamTip;
  /** How long the texts are that it writes, but for names. */
  readonly size: number;
  /** How often it was part of a batch that failed for another reason than its own. */
  attempts: number;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

const sizeOfAppend = ({ events, command, snapshot }: AppendRequest): number =>
  pageSize(events) + (command?.answer.length ?? 0) + (snapshot?.state.length ?? 0);

/** An append on its way, with what tells its caller the outcome. */
export const waitingFor = (
  request: AppendRequest,
  { resolve, reject }: Pick<Waiting, 'resolve' | 'reject'>,
): Waiting => {
  const events = linkEvents(request);
  const last = events.at(-1);
  const tip = last === undefined ? request.expected : { revision: last.revision, hash: last.hash };
  return { request, events, tip, size: sizeOfAppend(request), attempts: 0, resolve, reject };
};

/** The appends of a batch that follow on from each other on one stream: one move of the stream's row. */
export interface Move {
  readonly streamId: string;
  readonly expected: StreamTip;
  readonly appends: Waiting[];
}

/** What is written by one statement. No stream is moved twice in it, and no key or name is written twice. */
export interface Batch {
  readonly moves: readonly Move[];
  readonly size: number;
  /** The rest of the queue, in order. */
  readonly left: readonly Waiting[];
  /** Those of the rest that had to stand back for one in the batch, and may be refused on its account. */
  readonly stoodBack: readonly Waiting[];
}

/** How much goes into one batch: more waits for the next, so that none takes long. */
export interface BatchLimits {
  readonly appends: number;
  readonly events: number;
  /** How long their texts may be; the append that goes beyond is the last. */
  readonly size: number;
}

/** The key of a command among those of all credentials. */
export const commandId = ({ credential, key }: { credential: string; key: string }): string => `${key}\n${credential}`;

/** Where a stream stands at the end of its move. */
export const endOf = (move: Move): StreamTip => move.appends.at(-1)?.tip ?? move.expected;

/** Whether two tips are the same. */
export const sameTip = (a: StreamTip, b: StreamTip): boolean => a.revision === b.revision && a.hash === b.hash;

/** Builds a batch, keeping apart what may not be in it together. */
class BatchBuilder {
  readonly moves = new Map<string, Move>();
  private readonly touched = new Set<string>();
  appends = 0;
  private events = 0;
  private size = 0;

  constructor(private readonly limits: BatchLimits) {}

  get isFull(): boolean {
    const { appends, events, size } = this.limits;
    return this.appends >= appends || this.events >= events || this.size >= size;
  }

  /** Adds an append, or answers false when it must stand back for one that is in already. */
  add(waiting: Waiting): boolean {
    const { request } = waiting;
    const move = this.moves.get(request.streamId);
    if (move !== undefined && !sameTip(endOf(move), request.expected)) return false;
    const touches = this.touchedBy(request);
    if (touches.some((each) => this.touched.has(each))) return false;
    for (const each of touches) this.touched.add(each);
    if (move === undefined) {
      this.moves.set(request.streamId, { streamId: request.streamId, expected: request.expected, appends: [waiting] });
    } else move.appends.push(waiting);
    this.appends += 1;
    this.events += waiting.events.length;
    this.size += waiting.size;
    return true;
  }

  private touchedBy({ command, claims, releases }: AppendRequest): string[] {
    const touches: string[] = command === undefined ? [] : [`command ${commandId(command)}`];
    for (const name of claims ?? []) touches.push(`name ${name}`);
    for (const name of releases ?? []) touches.push(`name ${name}`);
    return touches;
  }
}

/** Takes the next batch off a queue: the oldest first, and of those that exclude each other the oldest. */
export const planBatch = (queue: readonly Waiting[], limits: BatchLimits): Batch => {
  const builder = new BatchBuilder(limits);
  const left: Waiting[] = [];
  const stoodBack: Waiting[] = [];
  for (const waiting of queue) {
    if (builder.isFull) left.push(waiting);
    else if (!builder.add(waiting)) {
      left.push(waiting);
      stoodBack.push(waiting);
    }
  }
  return { moves: [...builder.moves.values()], size: builder.appends, left, stoodBack };
};

/** What the log holds of the commands, names and streams that some appends touch. */
export interface Knowledge {
  readonly commands: ReadonlyMap<string, CommandRecord>;
  readonly claims: ReadonlyMap<string, ClaimHolder>;
  readonly tips: ReadonlyMap<string, StreamTip>;
}

const refusalOf = (
  request: AppendRequest,
  known: Knowledge,
  passed: readonly StreamTip[],
): AppendOutcome | undefined => {
  const command = request.command === undefined ? undefined : known.commands.get(commandId(request.command));
  if (command !== undefined) return { kind: 'duplicate-command', command };
  const tips = [known.tips.get(request.streamId) ?? emptyStream, ...passed];
  if (!tips.some((tip) => sameTip(tip, request.expected))) return { kind: 'conflict' };
  for (const name of request.claims ?? []) {
    const by = known.claims.get(name);
    if (by !== undefined) return { kind: 'claim-taken', name, by };
  }
  return undefined;
};

/**
 * Why each append is refused, given what the log holds: its command is known, its stream has moved on, or a name is
 * taken, in this order of precedence; absent when nothing speaks against it. An append may also follow on from one
 * before it in the list that is not refused.
 */
export const judge = (appends: readonly Waiting[], known: Knowledge): ReadonlyMap<Waiting, AppendOutcome> => {
  const refusals = new Map<Waiting, AppendOutcome>();
  const passed = new Map<string, StreamTip[]>();
  for (const waiting of appends) {
    const { streamId } = waiting.request;
    const ends = passed.get(streamId) ?? [];
    const refusal = refusalOf(waiting.request, known, ends);
    if (refusal === undefined) passed.set(streamId, [...ends, waiting.tip]);
    else refusals.set(waiting, refusal);
  }
  return refusals;
};
