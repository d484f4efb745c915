import type { z } from 'zod';

/** Lifts the data of one schema version to the next. Pure and total. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>;

/**
 * A type of event: its present schema and the steps from each older version. `version` is the count of versions so
 * far; `upcasters[0]` lifts version 1 to 2, and so on, hence `upcasters.length === version - 1`.
 */
export interface EventType<Data extends object = object> {
  readonly type: string;
  readonly version: number;
  readonly schema: z.ZodType<Data>;
  readonly upcasters: readonly Upcaster[];
}

/** Declares an event's first version; later ones pass their upcasters, oldest first. */
export const eventType = <Data extends object>(
  type: string,
  schema: z.ZodType<Data>,
  upcasters: readonly Upcaster[] = [],
): EventType<Data> => ({ type, version: upcasters.length + 1, schema, upcasters });

/** Every type of event that a context states, by name. */
export class EventCatalogue {
  private readonly types: ReadonlyMap<string, EventType>;

  constructor(types: readonly EventType[]) {
    this.types = new Map(types.map((each) => [each.type, each]));
  }

  /** The present version of a type; 1 for a type this catalogue does not know. */
  versionOf(type: string): number {
    return this.types.get(type)?.version ?? 1;
  }

  /** Whether events of a type can be understood that were stored under a version: not those of a later program. */
  knows(type: string, version: number): boolean {
    return version <= (this.types.get(type)?.version ?? 0);
  }

  /** All types, for tests and documentation. */
  all(): readonly EventType[] {
    return [...this.types.values()];
  }

  /** Data as stored under `version`, lifted to the present version. Unknown types pass through untouched. */
  upcast(type: string, version: number, data: Record<string, unknown>): Record<string, unknown> {
    const known = this.types.get(type);
    if (known === undefined || version >= known.version) return data;
    return known.upcasters.slice(version - 1).reduce((lifted, step) => step(lifted), data);
  }
}
