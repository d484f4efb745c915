import { randomUUID } from 'node:crypto';
import { sameTip } from '../append-batch';
import { StoreUnavailable, type AppendOutcome, type AppendRequest } from '../event-store';
import {
  anchorOfDraft,
  decisiveWrite,
  draftOf,
  freshStanding,
  otherWrites,
  streamsOf,
  type Draft,
  type Standing,
} from './append-draft';
import type { NewRecord, Write } from './append-messages';
import { commandIn, holderIn, type Asker, type Entry, type Registry } from './registry';
import type { Snapshots } from './snapshots';
import type { StreamReader } from './stream-reader';
import type { KnownTip, StreamTips } from './stream-tips';
import type { SureWriter } from './sure-writer';
import { commandStream, technicalRecord, technicalType } from './technical-records';
import { Turns } from './turns';

const mostRounds = 10;

/** What the appender works with. */
export interface AppenderParts {
  readonly writer: SureWriter;
  readonly reader: StreamReader;
  readonly registry: Registry;
  readonly snapshots: Snapshots;
  readonly tips: StreamTips;
}

/** Where things stand, as far as the append has to know; or how it ended. */
type Judgement = { readonly standing: Standing } | { readonly outcome: AppendOutcome };

/**
 * Carries out appends. It first writes as if every name and command were new and the stream where it was seen last,
 * which is true of nearly all. Only when the server refuses does it read what is there, and then either knows the reason
 * or tries again from where things stand.
 *
 * Where the server appends to several streams at once, events, command and names are one write. Where it does not, the
 * command and the names are announced first, each in its stream, and the events (or what stands for them) come last and
 * decide; see `registry.ts` for what an announcement is worth until then.
 */
export class Appender {
  private readonly turns = new Turns();

  constructor(private readonly parts: AppenderParts) {}

  append(request: AppendRequest): Promise<AppendOutcome> {
    const draft = draftOf(request);
    return this.turns.run(streamsOf(draft), () => this.settle(draft));
  }

  private async settle(draft: Draft): Promise<AppendOutcome> {
    let judgement = this.presume(draft) ?? (await this.judge(draft));
    for (let round = 0; round < mostRounds; round++) {
      if ('outcome' in judgement) {
        if (judgement.outcome.kind !== 'appended') await this.withdraw(draft);
        return judgement.outcome;
      }
      if (await this.write(draft, judgement.standing)) return this.finish(draft, judgement.standing);
      judgement = await this.judge(draft);
    }
    throw new StoreUnavailable(new Error('The append could not be settled.'));
  }

  /** Where things stand, if that can be presumed without asking. */
  private presume({ request, records, releases }: Draft): Judgement | undefined {
    if (records.length === 0 || releases.size > 0) return undefined;
    const known = this.parts.tips.get(request.streamId);
    if (known !== undefined) {
      return sameTip(known.tip, request.expected) ? { standing: freshStanding(known.last) } : undefined;
    }
    return request.expected.revision < 0 ? { standing: freshStanding(-1) } : undefined;
  }

  /** Why an append is refused: its command is known, its stream is elsewhere, a name is taken. Else where things stand. */
  private async judge(draft: Draft): Promise<Judgement> {
    const { request, attempt } = draft;
    const { registry, reader } = this.parts;
    const account = this.outrun(request) ?? (await reader.tip(request.streamId));
    let standing = freshStanding(account.last);
    const asker = (): Asker => ({ attempt, anchor: anchorOfDraft(draft, standing) });
    if (request.command !== undefined) {
      const entry = await registry.entry(commandStream(request.command), asker());
      const known = commandIn(entry.valid);
      if (known !== undefined) return { outcome: this.known(draft, known) };
      standing = { ...standing, command: entry };
    }
    if (!sameTip(account.tip, request.expected)) {
      return { outcome: (await this.landed(draft)) ? { kind: 'appended', tip: draft.tip } : { kind: 'conflict' } };
    }
    const streams = [...draft.claims.keys(), ...draft.releases.keys()];
    const names = new Map<string, Entry>();
    await Promise.all(streams.map(async (stream) => names.set(stream, await registry.entry(stream, asker()))));
    return this.judgeNames(draft, standing, names);
  }

  /** Where the stream was seen last, if that is beyond what the append expects: streams only grow. */
  private outrun({ streamId, expected }: AppendRequest): KnownTip | undefined {
    const known = this.parts.tips.get(streamId);
    return known !== undefined && known.tip.revision > expected.revision ? known : undefined;
  }

  private known(draft: Draft, known: NonNullable<ReturnType<typeof commandIn>>): AppendOutcome {
    if (known.attempt !== draft.attempt) return { kind: 'duplicate-command', command: known.command };
    this.parts.tips.forget(draft.request.streamId);
    return { kind: 'appended', tip: draft.tip };
  }

  /** Whether the events stand in the stream although their write was refused: an earlier try had arrived after all. */
  private async landed({ sent, request, tip, records }: Draft): Promise<boolean> {
    if (!sent || records.length === 0) return false;
    const { expected, streamId } = request;
    const events = await this.parts.reader.readStream(streamId, expected.revision + 1, records.length);
    return events.at(-1)?.hash === tip.hash;
  }

  private judgeNames(draft: Draft, standing: Standing, entries: ReadonlyMap<string, Entry>): Judgement {
    const { streamId } = draft.request;
    for (const [stream, name] of draft.claims) {
      const holder = holderIn(entries.get(stream)?.valid);
      if (holder === undefined) continue;
      if (holder.attempt === draft.attempt) return { outcome: { kind: 'appended', tip: draft.tip } };
      const by = { streamId: holder.streamId, revision: holder.revision };
      return { outcome: { kind: 'claim-taken', name, by } };
    }
    const isHeld = (stream: string): boolean => holderIn(entries.get(stream)?.valid)?.streamId === streamId;
    return { standing: { ...standing, names: entries, held: new Set([...draft.releases.keys()].filter(isHeld)) } };
  }

  /** Writes everything, or finds that something is elsewhere than presumed. */
  private async write(draft: Draft, standing: Standing): Promise<boolean> {
    const { writer } = this.parts;
    const decisive = decisiveWrite(draft, standing);
    if (decisive === undefined) return true;
    const together = otherWrites(draft, standing);
    draft.sent = true;
    if (together.length === 0) return (await writer.write([decisive])) === 'written';
    // The command comes first where there is one: its record alone tells this append from a repeat with the same events.
    const result = await writer.write([...together, decisive]);
    if (result !== 'unsupported') return result === 'written';
    draft.sent = draft.announced.size > 0;
    if (!(await this.announce(draft, otherWrites(draft, standing, anchorOfDraft(draft, standing))))) return false;
    draft.sent = true;
    return (await writer.write([decisive])) === 'written';
  }

  private async announce(draft: Draft, writes: readonly Write[]): Promise<boolean> {
    const results = await Promise.allSettled(writes.map((each) => this.parts.writer.write([each])));
    results.forEach((result, index) => {
      const write = writes[index];
      if (write === undefined || result.status === 'rejected' || result.value !== 'written') return;
      draft.announced.set(write.streamName, write.after + 1);
    });
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return results.every((result) => result.status === 'fulfilled' && result.value === 'written');
  }

  private finish(draft: Draft, { account }: Standing): AppendOutcome {
    const { request, tip, records } = draft;
    this.parts.tips.set(request.streamId, { tip, last: account + records.length });
    if (request.snapshot !== undefined) this.parts.snapshots.keep(request.streamId, request.snapshot);
    return { kind: 'appended', tip };
  }

  /**
   * Takes back what a refused append has announced, so that nobody waits for it. Nothing is lost where this fails: the
   * next one to ask waits, then keeps the append from happening.
   */
  private async withdraw({ announced, attempt }: Draft): Promise<void> {
    const withdrawn = (): NewRecord => technicalRecord(technicalType.withdrawn, { attempt }, randomUUID());
    const writes = [...announced].map(([streamName, after]) => ({ streamName, after, records: [withdrawn()] }));
    await Promise.allSettled(writes.map((each) => this.parts.writer.write([each])));
  }
}
