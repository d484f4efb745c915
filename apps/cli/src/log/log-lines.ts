import { hash } from 'node:crypto';
import { z } from 'zod';
import type { ArchivedClaim, ArchivedCommand, ArchivedEvent } from '#libs/platform/event-store/log-archive';
import { fromText, toText, type Instant } from '#libs/platform/kernel/instant';

/** How far somebody who follows the log has come: how many of its first events are dealt with. */
export interface FollowerState {
  readonly name: string;
  readonly events: number;
}

/** What the last line says: how much of each kind the file holds. */
export interface LogCounts {
  readonly events: number;
  readonly commands: number;
  readonly claims: number;
  readonly followers: number;
}

/** What a line of an exported log holds, after the first line. In a file the kinds come in this order. */
export type LogEntry =
  | { readonly kind: 'event'; readonly event: ArchivedEvent }
  | { readonly kind: 'command'; readonly command: ArchivedCommand }
  | { readonly kind: 'claim'; readonly claim: ArchivedClaim }
  | { readonly kind: 'follower'; readonly follower: FollowerState }
  | { readonly kind: 'end'; readonly counts: LogCounts };

/** The kinds of lines, in their order. */
export const kindsInOrder: readonly LogEntry['kind'][] = ['event', 'command', 'claim', 'follower', 'end'];

/** The first line: what the file is. */
export const header = { format: 'regulars-log', version: 2 } as const;

const plainOf = (entry: LogEntry): object => {
  switch (entry.kind) {
    case 'event': {
      const { streamId, revision, eventId, type, schemaVersion, data, meta, hash: chained, ...times } = entry.event;
      const occurred = { occurredAt: toText(times.occurredAt), recordedAt: toText(times.recordedAt) };
      return { stream: streamId, revision, eventId, type, schemaVersion, ...occurred, data, meta, hash: chained };
    }
    case 'command': {
      const { key, credential, streamId, revision, requestHash, status, answer } = entry.command;
      return { key, credential, stream: streamId, revision, requestHash, status, answer };
    }
    case 'claim': {
      const { name, streamId, revision } = entry.claim;
      return { name, stream: streamId, revision };
    }
    case 'follower':
      return { name: entry.follower.name, events: entry.follower.events };
    case 'end':
      return { ...entry.counts };
  }
};

const checkDigits = 32;
const checked = new RegExp(`^(.*),"check":"([0-9a-f]{${checkDigits}})"\\}$`, 's');

/** The first 128 bits of the SHA-256 over the check before, in hexadecimal, and the line without its own. */
const checkOf = (previous: string, text: string): string =>
  hash('sha256', previous + text, 'hex').slice(0, checkDigits);

/**
 * Writes lines, each with a check over itself and the check of the line before. So a line that was altered, lost, added
 * or moved shows at its very place, and the last check stands for the whole file.
 */
export class CheckedLines {
  /** @param last the check of the line to go on from; '' at the beginning */
  constructor(private last = '') {}

  /** The check of the last line. */
  get check(): string {
    return this.last;
  }

  header(): string {
    return this.line(header);
  }

  entry(entry: LogEntry): string {
    return this.line({ kind: entry.kind, ...plainOf(entry) });
  }

  private line(content: object): string {
    const text = JSON.stringify(content);
    this.last = checkOf(this.last, text);
    return `${text.slice(0, -1)},"check":"${this.last}"}`;
  }
}

/** Takes lines apart, each after the one before it. */
export class UncheckedLines {
  private last = '';

  /** The line's text without its check, or undefined when the check is missing or does not fit. */
  textOf(line: string): string | undefined {
    const [, content, check] = checked.exec(line) ?? [];
    if (content === undefined || check === undefined) return undefined;
    const text = `${content}}`;
    if (checkOf(this.last, text) !== check) return undefined;
    this.last = check;
    return text;
  }
}

const count = z.int().nonnegative();
const revision = z.int().min(-1);
const text = z.string();

/** An instant as {@link toText} writes it, and in no other way. */
const instant = z.string().transform((written, context): Instant => {
  const read = fromText(written);
  if (read !== undefined && toText(read) === written) return read;
  context.addIssue('Must be an instant such as 2026-03-01T07:20:00.000Z');
  return z.NEVER;
});

const eventLine = z
  .strictObject({
    ...{ kind: z.literal('event'), stream: text, revision: count, eventId: z.uuid(), type: text },
    ...{ schemaVersion: z.int().positive(), occurredAt: instant, recordedAt: instant, data: text, meta: text },
    hash: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .transform(({ kind, stream, ...event }): LogEntry => ({ kind, event: { streamId: stream, ...event } }));

const commandLine = z
  .strictObject({
    ...{ kind: z.literal('command'), key: text, credential: text, stream: text, revision },
    ...{ requestHash: text, status: z.int().min(0).max(999), answer: text },
  })
  .transform(({ kind, stream, ...command }): LogEntry => ({ kind, command: { streamId: stream, ...command } }));

const claimLine = z
  .strictObject({ kind: z.literal('claim'), name: text, stream: text, revision })
  .transform(({ kind, stream, ...claim }): LogEntry => ({ kind, claim: { streamId: stream, ...claim } }));

const followerLine = z
  .strictObject({ kind: z.literal('follower'), name: text, events: count })
  .transform(({ kind, ...follower }): LogEntry => ({ kind, follower }));

const endLine = z
  .strictObject({ kind: z.literal('end'), events: count, commands: count, claims: count, followers: count })
  .transform(({ kind, ...counts }): LogEntry => ({ kind, counts }));

const lines = { event: eventLine, command: commandLine, claim: claimLine, follower: followerLine, end: endLine };

const kindLine = z.looseObject({ kind: z.enum(['event', 'command', 'claim', 'follower', 'end']) });

/** What a line says, without its check; a text where it says something else, which tells what is wrong. */
export const entryIn = (line: string): LogEntry | string => {
  const content: unknown = JSON.parse(line);
  const kind = kindLine.safeParse(content);
  const read = kind.success ? lines[kind.data.kind].safeParse(content) : kind;
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
};
