import type { QueryRunner } from 'typeorm';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import { opensKey } from '#libs/platform/crypto/subject-cipher';
import type { StreamKind } from '#libs/platform/runtime/stream-kind';
import type { DifferenceKind, Report } from './findings';

/** A stream as its facts have left it, and the names that it holds. */
export interface FoldedStream {
  readonly streamId: string;
  readonly kind: StreamKind;
  readonly state: unknown;
  readonly held: readonly string[];
}

/** The rows of the vault that were asked for, by key id. */
type Wrapped = ReadonlyMap<string, string>;

const streamsAtOnce = 500;

const question = 'SELECT key_id AS "keyId", wrapped FROM vault.keys WHERE key_id = ANY($1)';

/**
 * Looks data keys up, those of many streams at a time: whether they are there and open, or are gone. With them go the
 * names that facts hold sealed, against those that are held.
 */
export class KeyCheck {
  private waiting: FoldedStream[] = [];
  private readonly wrappingKey: Buffer;

  constructor(
    private readonly connection: Pick<QueryRunner, 'query'>,
    private readonly masterKey: MasterKey,
    private readonly report: Report,
  ) {
    this.wrappingKey = masterKey.derive('key-wrapping');
  }

  async add(stream: FoldedStream): Promise<void> {
    if (stream.kind.keysOf === undefined) return;
    this.waiting.push(stream);
    if (this.waiting.length >= streamsAtOnce) await this.finish();
  }

  /** Looks at what still waits. */
  async finish(): Promise<void> {
    const streams = this.waiting;
    this.waiting = [];
    const wanted = streams.flatMap(({ kind, state }) => {
      const { kept = [], destroyed = [] } = kind.keysOf?.(state) ?? {};
      return [...kept, ...destroyed];
    });
    const rows = (await this.connection.query(question, [wanted])) as { keyId: string; wrapped: string }[];
    const wrapped = new Map(rows.map((row) => [row.keyId, row.wrapped]));
    const readable = streams.filter((stream) => this.checkKeys(stream, wrapped));
    await this.checkNames(readable, wrapped);
  }

  /** Answers whether what the stream sealed can be read. */
  private checkKeys({ streamId, kind, state }: FoldedStream, wrapped: Wrapped): boolean {
    const { kept = [], destroyed = [] } = kind.keysOf?.(state) ?? {};
    if (destroyed.some((keyId) => wrapped.has(keyId)))
      this.found('wrong-key', streamId, 'its data key outlives the fact that ended it');
    const problems = kept.flatMap((keyId) => this.problemOf(keyId, wrapped.get(keyId)) ?? []);
    for (const problem of problems) this.found('wrong-key', streamId, `${problem}: nothing personal can be read`);
    return problems.length === 0;
  }

  private problemOf(keyId: string, wrapped: string | undefined): string | undefined {
    if (wrapped === undefined) return 'its data key is missing';
    return opensKey(this.wrappingKey, keyId, wrapped) ? undefined : 'its data key does not open under the master key';
  }

  private async checkNames(streams: readonly FoldedStream[], wrapped: Wrapped): Promise<void> {
    const vault = { get: (keyId: string) => Promise.resolve(wrapped.get(keyId)) };
    const ofKind = new Map<StreamKind, (state: unknown) => Promise<readonly string[]>>();
    for (const { streamId, kind, state, held } of streams) {
      const claimsOf = ofKind.get(kind) ?? kind.sealedClaims?.({ masterKey: this.masterKey, vault });
      if (claimsOf === undefined) continue;
      ofKind.set(kind, claimsOf);
      // What an erased stream still holds is told where that is known without any key.
      if ((kind.keysOf?.(state).destroyed.length ?? 0) > 0) continue;
      this.compare(streamId, new Set(held), new Set(await claimsOf(state)));
    }
  }

  private compare(streamId: string, held: ReadonlySet<string>, taken: ReadonlySet<string>): void {
    for (const name of taken)
      if (!held.has(name)) this.found('wrong-claim', streamId, `its sealed facts take ${name}, which it does not hold`);
    for (const name of held)
      if (!taken.has(name)) this.found('wrong-claim', streamId, `${name} is held, but no sealed fact takes it`);
  }

  private found(kind: DifferenceKind, where: string, what: string): void {
    this.report({ kind, where, what });
  }
}
