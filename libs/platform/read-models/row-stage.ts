import type { Fact } from '#libs/platform/runtime/fact';
import { inSlices } from '#libs/platform/runtime/in-slices';
import { messageOf } from '#libs/platform/runtime/report';
import { keyText, keysOf, rowAfter } from './projection';
import type { AnyProjection, RowKey } from './projection';
import { RecentRows } from './recent-rows';
import type { Send } from './send';
import type { TablePlan } from './table-plan';
import { isValueError } from './value-error';

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

/** A row while the facts of one batch are folded into it. */
interface Cell {
  readonly key: RowKey;
  readonly text: string;
  row: object;
  /** The last fact that changed it. */
  changedBy: Fact | undefined;
}

interface Touch {
  readonly fact: Fact;
  readonly cell: Cell;
}

interface FirstTouch {
  readonly key: RowKey;
  readonly text: string;
  readonly fact: Fact;
}

/** Stands for a row that is known not to exist. */
export const absent = {};

/** What a stage keeps in memory. */
export interface StageMemory {
  /** How many rows at least; at most twice as many. */
  readonly rows: number;
  /** Rows to pass over. */
  readonly parkedKeys: Iterable<string>;
  /** Rows that were handed out as changes and are not in the table yet, by key. */
  readonly unwritten?: (key: string) => object | undefined;
  /** True when the table is empty at the start. */
  readonly emptyTable?: boolean;
  /** True when a changed row is written over whatever the table holds: what facts make anew is then not read first. */
  readonly replaces?: boolean;
}

/**
 * The rows of one table while facts are folded into them: loaded in one query where they are not in memory yet, folded
 * in order, and handed out as changes. The last used rows stay in memory, which is sound for as long as nobody else
 * writes the table; {@link forget} them whenever that is not certain.
 */
export class RowStage {
  private readonly rows: RecentRows;
  private readonly makes: ReadonlySet<string>;
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
    this.rows = new RecentRows(memory.rows, () => {
      this.holdsAll = false;
    });
    this.makes = new Set(memory.replaces === true ? projection.makes : []);
    this.parkedKeys = new Set(memory.parkedKeys);
  }

  /** What these facts change. The rows in memory are the changed ones from here on: write them, or {@link forget}. */
  async fold(facts: readonly Fact[], send: Send): Promise<Changes> {
    const parked: ParkedRow[] = [];
    const cells = new Map<string, Cell>();
    const missing: Touch[] = [];
    const touches: Touch[] = [];
    await inSlices(facts, (fact) => {
      try {
        for (const key of keysOf(this.projection, fact)) {
          const text = keyText(key);
          const cell = cells.get(text) ?? this.cellFor({ key, text, fact }, missing);
          cells.set(text, cell);
          touches.push({ fact, cell });
        }
      } catch (error) {
        parked.push({ key: `event ${fact.eventId}`, eventId: fact.eventId, error: messageOf(error) });
      }
    });
    if (!this.neverReads) parked.push(...(await this.load(cells, missing, send)));
    await inSlices(touches, ({ fact, cell }) => {
      if (this.parkedKeys.has(cell.text)) return;
      try {
        this.apply(fact, cell);
      } catch (error) {
        parked.push(this.parkedAt(cell.text, fact, error));
      }
    });
    return this.changesOf(cells, parked);
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

  /** A row before the batch, from memory; what is not there is noted as missing, if it matters. */
  private cellFor({ key, text, fact }: FirstTouch, missing: Touch[]): Cell {
    const row =
      this.projection.appendOnly === true ? undefined : (this.rows.get(text) ?? this.memory.unwritten?.(text));
    const cell: Cell = { key, text, row: row ?? absent, changedBy: undefined };
    if (row === undefined && !this.makes.has(fact.type)) missing.push({ fact, cell });
    return cell;
  }

  /** Reads rows; passes over those whose key is no value of its column, such as a day of the year 0, found by halving. */
  private async load(
    cells: ReadonlyMap<string, Cell>,
    missing: readonly Touch[],
    send: Send,
  ): Promise<readonly ParkedRow[]> {
    const [first] = missing;
    if (first === undefined) return [];
    try {
      const keys = missing.map(({ cell }) => cell.key);
      for (const row of await send(this.plan.load(this.table, keys))) {
        const cell = cells.get(this.plan.keyOf(row));
        if (cell !== undefined) cell.row = row;
      }
      return [];
    } catch (error) {
      if (!isValueError(error)) throw error;
      if (missing.length === 1) return [this.parkedAt(first.cell.text, first.fact, error)];
    }
    const middle = missing.length >> 1;
    const left = await this.load(cells, missing.slice(0, middle), send);
    return [...left, ...(await this.load(cells, missing.slice(middle), send))];
  }

  private get neverReads(): boolean {
    return this.holdsAll || this.projection.appendOnly === true;
  }

  /** Folds one fact into one row. */
  private apply(fact: Fact, cell: Cell): void {
    const before = cell.row === absent ? undefined : cell.row;
    const after = rowAfter(this.projection, before, fact, cell.key) ?? undefined;
    if (after === before) return;
    if (after !== undefined && this.plan.keyOf(after) !== cell.text)
      throw new Error('The row has another key than its own.');
    cell.row = after ?? absent;
    cell.changedBy = fact;
  }

  private changesOf(cells: ReadonlyMap<string, Cell>, parked: readonly ParkedRow[]): Changes {
    const upserts = new Map<string, { readonly row: object; readonly eventId: string }>();
    const removals = new Map<string, RowKey>();
    const keeps = this.projection.appendOnly !== true;
    for (const [text, { row, key, changedBy }] of cells) {
      if (changedBy !== undefined && row === absent) removals.set(text, key);
      else if (changedBy !== undefined) upserts.set(text, { row, eventId: changedBy.eventId });
      if (keeps && !this.parkedKeys.has(text)) this.rows.set(text, row);
    }
    return { upserts, removals, parked };
  }
}
