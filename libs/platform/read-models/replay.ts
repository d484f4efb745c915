import type { DataSource, QueryRunner } from 'typeorm';
import { comparePositions, logStart } from '#libs/platform/event-store/event-store';
import type { EventStore, LogPosition, ReadEvent } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import { LoggedFact } from '#libs/platform/runtime/fact';
import { Building, WriteLine } from './building';
import type { AnyProjection } from './projection';
import { TablePlan } from './table-plan';

/** What a rebuild reads and writes. */
export interface RebuildNeeds {
  readonly source: DataSource;
  readonly store: Pick<EventStore, 'readAll' | 'pages'>;
  /** Every type of event in the log, so that old versions are lifted. */
  readonly catalogue: EventCatalogue;
  /** Told after every batch how many facts have been read so far, and up to where. */
  readonly onProgress?: (progress: { readonly facts: number; readonly position: LogPosition }) => void;
}

/** So few that the facts of a batch, parsed, are gone before the garbage collector moves them twice. */
const batchSize = 1_500;
const rowsInMemory = 300_000;

/** One reading of the log that feeds every table that is being built. */
export class Replay {
  position: LogPosition = logStart;
  /** When the last fact that was read had been recorded; `null` when there was none. */
  latestAt: Instant | null = null;
  facts = 0;

  private constructor(
    private readonly needs: RebuildNeeds,
    readonly buildings: readonly Building[],
  ) {}

  /** Nothing read yet, the tables still to be created; all writing goes over this connection. */
  static of(needs: RebuildNeeds, connection: QueryRunner, projections: readonly AnyProjection[]): Replay {
    const line = new WriteLine(connection);
    const buildings = projections.map((projection) => {
      const plan = new TablePlan(needs.source, needs.source.getMetadata(projection.entity));
      return new Building(line, projection, plan, Math.ceil(rowsInMemory / projections.length));
    });
    return new Replay(needs, buildings);
  }

  /** Reads and folds to the end of the log; the next batch is read while the last one is folded and written. */
  async toEnd(): Promise<void> {
    for await (const page of this.needs.store.pages(this.position, batchSize)) {
      const facts = this.factsOf(page);
      const last = facts.at(-1);
      if (last !== undefined) this.moveTo(last);
      await this.take(facts);
    }
    for (const building of this.buildings) await building.drain();
  }

  /** Reads and folds up to a place that is known to be readable, and no further. */
  async toPlace(place: LogPosition): Promise<void> {
    while (comparePositions(this.position, place) < 0) {
      const facts = (await this.read()).filter((fact) => comparePositions(fact.place, place) <= 0);
      const last = facts.at(-1);
      if (last === undefined) break;
      this.moveTo(last);
      await this.take(facts);
    }
    for (const building of this.buildings) await building.drain();
  }

  /** Does work whose writes may be rolled back; then what is in memory goes back with them. */
  async undoable(work: () => Promise<void>): Promise<void> {
    const { position, latestAt, facts } = this;
    try {
      await work();
    } catch (error) {
      this.position = position;
      this.latestAt = latestAt;
      this.facts = facts;
      for (const building of this.buildings) building.forget();
      throw error;
    }
  }

  private moveTo({ place, recordedAt }: LoggedFact): void {
    this.position = place;
    this.latestAt = recordedAt;
  }

  private async read(): Promise<readonly LoggedFact[]> {
    return this.factsOf(await this.needs.store.readAll(this.position, batchSize));
  }

  private factsOf(events: readonly ReadEvent[]): readonly LoggedFact[] {
    return events.map((event) => new LoggedFact(event, this.needs.catalogue));
  }

  private async take(facts: readonly LoggedFact[]): Promise<void> {
    for (const building of this.buildings) await building.take(facts);
    this.facts += facts.length;
    this.needs.onProgress?.({ facts: this.facts, position: this.position });
  }
}
