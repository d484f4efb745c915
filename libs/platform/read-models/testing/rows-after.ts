import type { DomainEvent } from '#libs/platform/kernel/decider';
import { keyText, keysOf, rowAfter } from '#libs/platform/read-models/projection';
import type { Projection } from '#libs/platform/read-models/projection';
import type { Fact } from '#libs/platform/runtime/fact';

/** The rows that a history adds up to, by key: what the table holds after these facts. For specs of projections. */
export const rowsAfter = <Row extends object, E extends DomainEvent>(
  projection: Projection<Row, E>,
  facts: Iterable<Fact>,
): ReadonlyMap<string, Row> => {
  const rows = new Map<string, Row>();
  for (const fact of facts) {
    for (const key of keysOf(projection, fact)) {
      const row = rowAfter(projection, rows.get(keyText(key)), fact, key);
      if (projection.makes?.includes(fact.type) === true)
        expect(row).toEqual(rowAfter(projection, undefined, fact, key) ?? expect.anything());
      if (row === null || row === undefined) rows.delete(keyText(key));
      else rows.set(keyText(key), row as Row);
    }
  }
  return rows;
};
