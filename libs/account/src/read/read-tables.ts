import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { DATA_SOURCE } from '#libs/platform/http/platform.module';
import { toText } from '#libs/platform/kernel/instant';

/** Up to where in the log, and up to when it was recorded, a read model speaks; null before it has read anything. */
export type UpTo = { readonly position: string; readonly at: string } | null;

/** Rows of a read model and up to where they speak. */
export interface Spoken<T> {
  readonly rows: readonly T[];
  readonly upTo: UpTo;
}

interface Checkpoint {
  readonly xid: string;
  readonly position: string;
  readonly movedAt: number;
}

const checkpointSql = `
SELECT xid::text, position::text, (extract(epoch FROM moved_at) * 1000)::float8 AS "movedAt"
FROM read.checkpoints WHERE name = $1`;

/** Asks the tables of the read models. Rejects with `StoreUnavailable`. */
@Injectable()
export class ReadTables {
  constructor(@Inject(DATA_SOURCE) private readonly source: DataSource | null) {}

  /** The rows of a statement over one projection's table. The checkpoint first: the rows then speak at least up to it. */
  async spoken<T>(projection: string, statement: string, values: readonly unknown[]): Promise<Spoken<T>> {
    const [checkpoint] = await this.ask<Checkpoint>(checkpointSql, [projection]);
    if (checkpoint === undefined) return { rows: [], upTo: null };
    const { xid, position, movedAt } = checkpoint;
    const upTo = { position: `${xid}/${position}`, at: toText(Math.floor(movedAt)) };
    return { rows: await this.ask<T>(statement, values), upTo };
  }

  private async ask<T>(statement: string, values: readonly unknown[]): Promise<readonly T[]> {
    if (this.source === null) throw new StoreUnavailable(new Error('There is no database for read models.'));
    try {
      return await this.source.query<readonly T[]>(statement, [...values]);
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  }
}
