import { z } from 'zod';
import { invalidField, type Problem } from './problem';

/** The query fields of every list: `limit` (1 to 200, 50 unless told) and the opaque `cursor` of the page before. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional(),
};

/** The query of a list without further fields. */
export const pageQuery = z.strictObject(pageFields);

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Where a page ended, as opaque text. */
export const toCursor = (place: string): string => Buffer.from(place, 'utf8').toString('base64url');

const notOurs = (): Problem => invalidField('cursor', 'Is not a cursor of this list');

/** The place that a cursor names; `undefined` without one. Throws 400 for text that is no cursor of ours. */
export const fromCursor = (cursor: string | undefined): string | undefined => {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (toCursor(place) !== cursor || /\p{Cc}/u.test(place)) throw notOurs();
  return place;
};

/** The number that a cursor of a numbered list names; `undefined` without one. Throws 400 like {@link fromCursor}. */
export const fromNumberCursor = (cursor: string | undefined): number | undefined => {
  const place = fromCursor(cursor);
  if (place === undefined) return undefined;
  if (!/^\d{1,15}$/.test(place)) throw notOurs();
  return Number(place);
};

/**
 * A page from rows fetched one beyond the limit: the extra row only tells that there are more. `placeOf` names a row's
 * place, after which the next page starts.
 */
export const pageOf = <T>(rows: readonly T[], limit: number, placeOf: (row: T) => string): Page<T> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? toCursor(placeOf(last)) : null };
};
