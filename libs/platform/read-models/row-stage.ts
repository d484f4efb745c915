import { LRUCache } from 'lru-cache';
import type { Fact } from '#libs/platform/runtime/fact';
import { messageOf } from '#libs/platform/runtime/report';
import { keyText, keysOf, rowAfter } from './projection';
import type { AnyProjection, RowKey } from './projection';
import type { Send } from './send';
import type { TablePlan } from './table-plan';

/** A row that could not take a fact, and why. */
export interface ParkedRow {
  readonly key: string;
  readonly eventId: string;
  readonly error: string;
}

/** What a batch of facts changes in one table. */
export interface Changes {
  readonly upserts: ReadonlyMap<string, { readonly row: object; readonly eventId: string }>;
  readonly removals: ReadonlyMap<string, RowKey>;
  readonly parked: readonly ParkedRow[];
}

interface Touch {
  readonly fact: Fact;
  readonly key: RowKey;
  readonly text: string;
}

/** Stands for a row that is known not to exist. */
export const absent = {};

/** What a stage keeps in memory. */
export interface StageMemory {
  /** How many rows. */
  readonly rows: number;
  /** Rows to pass over. */
  readonly parkedKeys: Iterable<string>;
  /** Rows that were handed out as changes and are not in the table yet, by key. */
  readonly unwritten?: (key: string) => object | undefined;
  /** True when the table is empty at the start. */
  readonly emptyTable?: boolean;
}

/** How long to work without letting others have a turn, ms. */
const sliceMs = 4;

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Works through items, in slices of a few milliseconds. */
export const inSlices = async <T>(items: readonly T[], work: (item: T) => void): Promise<void> => {
  let began = performance.now();
  for (const [index, item] of items.entries()) {
    work(item);
    if ((index & 15) !== 15 || performance.now() - began < sliceMs) continue;
    await othersTurn();
    began = performance.now();
  }
};

/**
 * The rows of one table while facts are folded into them: loaded in one query where they are not in memory yet, folded
 * in order, and handed out as changes. The last used rows stay in memory, which is sound for as long as nobody else
 * writes the table; {@link forget} them whenever that is not certain.
 */
export class RowStage {
  private readonly rows: LRUCache<string, object>;
  private readonly parkedKeys: Set<string>;
  /** True while every row there is, is in memory: a row that is not there does not exist. */
  private holdsAll: boolean;

  constructor(
    readonly projection: AnyProjection,
    readonly plan: TablePlan,
    readonly table: string,
    private readonly memory: StageMemory,
  ) {
    this.holdsAll = memory.emptyTable === true;
    this.rows = new LRUCache({
      max: memory.rows,
      dispose: (_, __, reason) => {
        if (reason === 'evict') this.holdsAll = false;
      },
    });
    this.parkedKeys = new Set(memory.parkedKeys);
  }

  /** What these facts change. The rows in memory are the changed ones from here on: write them, or {@link forget}. */
  async fold(facts: readonly Fact[], send: Send): Promise<Changes> {
    const parked: ParkedRow[] = [];
    const touches = await this.touchesOf(facts, parked);
    const rows = await this.rowsFor(touches, send);
    const changed = new Map<string, Touch>();
    await inSlices(touches, (touch) => {
      if (this.parkedKeys.has(touch.text)) return;
      try {
        if (this.apply(rows, touch)) changed.set(touch.text, touch);
      } catch (error) {
        parked.push(this.parkedAt(touch.text, touch.fact, error));
      }
    });
    return this.changesOf(rows, changed, parked);
  }

  /** Passes over a row from here on: its table refused it. */
  park(row: ParkedRow): void {
    this.parkedKeys.add(row.key);
    this.rows.delete(row.key);
    this.holdsAll = false;
  }

  /** Drops all rows in memory. */
  forget(): void {
    this.holdsAll = false;
    this.rows.clear();
  }

  private parkedAt(key: string, fact: Fact, error: unknown): ParkedRow {
    const row = { key, eventId: fact.eventId, error: messageOf(error) };
    this.park(row);
    return row;
  }

  private async touchesOf(facts: readonly Fact[], parked: ParkedRow[]): Promise<readonly Touch[]> {
    const touches: Touch[] = [];
    await inSlices(facts, (fact) => {
      try {
        for (const key of keysOf(this.projection, fact)) touches.push({ fact, key, text: keyText(key) });
      } catch (error) {
        parked.push({ key: `event ${fact.eventId}`, eventId: fact.eventId, error: messageOf(error) });
      }
    });
    return touches;
  }

  /** The rows that the facts touch, from memory or else from the table. */
  private async rowsFor(touches: readonly Touch[], send: Send): Promise<Map<string, object>> {
    const rows = new Map<string, object>();
    const missing = new Map<string, RowKey>();
    for (const { text, key } of touches) {
      if (rows.has(text)) continue;
      const row = this.rows.get(text) ?? this.memory.unwritten?.(text);
      rows.set(text, row ?? absent);
      if (row === undefined) missing.set(text, key);
    }
    if (this.neverReads || missing.size === 0) return rows;
    for (const row of await send(this.plan.load(this.table, [...missing.values()])))
      rows.set(this.plan.keyOf(row), row);
    return rows;
  }

  private get neverReads(): boolean {
    return this.holdsAll || this.projection.appendOnly === true;
  }

  /** Folds one fact into one row; true when that changed it. */
  private apply(rows: Map<string, object>, { fact, key, text }: Touch): boolean {
    const known = rows.get(text);
    const before = known === absent ? undefined : known;
    const after = rowAfter(this.projection, before, fact, key) ?? undefined;
    if (after === before) return false;
    if (after !== undefined && this.plan.keyOf(after) !== text)
      throw new Error('The row has another key than its own.');
    rows.set(text, after ?? absent);
    return true;
  }

  private changesOf(
    rows: ReadonlyMap<string, object>,
    changed: ReadonlyMap<string, Touch>,
    parked: readonly ParkedRow[],
  ): Changes {
    const upserts = new Map<string, { readonly row: object; readonly eventId: string }>();
    const removals = new Map<string, RowKey>();
    for (const [text, { key, fact }] of changed) {
      const row = rows.get(text) ?? absent;
      if (row === absent) removals.set(text, key);
      else upserts.set(text, { row, eventId: fact.eventId });
    }
    if (this.projection.appendOnly !== true)
      for (const [text, row] of rows) if (!this.parkedKeys.has(text)) this.rows.set(text, row);
    return { upserts, removals, parked };
  }
}
