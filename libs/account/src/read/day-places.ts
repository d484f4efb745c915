import { fromCursor, toCursor } from '#libs/platform/http/page';

/** Most rows of a kind in one answer, and as many as there are unless told. */
export const MOST_ROWS = 10_000;

/** Which part of a report is asked for: what follows the cursor, of each kind at most as many rows. */
export interface DayPart {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A row of a report by days: of a store and wallet, or of a store alone. */
export interface DayRow {
  readonly day: string;
  /** Null for points that no store issued. */
  readonly storeId: string | null;
  readonly wallet?: string;
}

/**
 * A row's place in its report, as SQL says it of columns: rows are told in the order of these texts. Compared byte by
 * byte, as JavaScript compares them, whatever the database's language is.
 */
export const placeSql = (day: string, store: string, wallet = `''`): string =>
  `(${day}::text || '/' || ${store} || '/' || ${wallet}) COLLATE "C"`;

const placeOf = ({ day, storeId, wallet = '' }: DayRow): string => `${day}/${storeId ?? ''}/${wallet}`;

/** The place after which the part begins. Throws 400 for text that is no cursor of ours. */
export const beginning = ({ cursor }: DayPart): string => fromCursor(cursor) ?? '';

/**
 * Where a part ends, from its lists fetched one row beyond the limit: at the first place where one of them is full. Each
 * list then tells what it has up to there, and the cursor leads on; it is null when nothing is left out.
 */
export const ending = (lists: readonly (readonly DayRow[])[], { limit }: DayPart) => {
  const ends = lists.flatMap((rows) => {
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return last === undefined ? [] : [placeOf(last)];
  });
  const end = ends.reduce<string | undefined>(
    (least, each) => (least === undefined || each < least ? each : least),
    undefined,
  );
  const upToEnd = <Row extends DayRow>(rows: readonly Row[]): readonly Row[] =>
    end === undefined ? rows : rows.filter((row) => placeOf(row) <= end);
  return { upToEnd, nextCursor: end === undefined ? null : toCursor(end) };
};
