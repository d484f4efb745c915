import type { ReadEvent } from './event-store';

/** Stands between the texts of a column: no JSON text holds it, and hardly any name. */
const between = '\u0001';

const numbersIn = (text: string): readonly number[] => JSON.parse(`[${text}]`) as readonly number[];

/** Parts of the whole: cheap, and gone with it when they have been parsed. */
const partsIn = (text: string): readonly string[] => text.split(between);

/** Parts that come again and again, the same ones each time: hashed, and compared letter by letter, only once. */
const wordsIn = (text: string): readonly string[] => {
  const known = new Map<string, string>();
  return partsIn(text).map((word) => {
    const first = known.get(word);
    if (first === undefined) known.set(word, word);
    return first ?? word;
  });
};

/** Stands between texts of a column that need no escape in JSON. */
const betweenPlain = '","';

/** Copies of texts that need no escape in JSON. Parsing makes them all at once, far faster than one by one. */
const plainIn = (text: string): readonly string[] => JSON.parse(`["${text}"]`) as readonly string[];

/** What a JSON text has to escape, but for what stands between. */
const escaped = /["\\]|(?!\u0001)\p{Cc}/u;

/** Copies: whoever keeps the name of one stream must not keep the names of a whole page with it. */
const namesIn = (text: string): readonly string[] =>
  escaped.test(text)
    ? text.split(between).map((name) => Buffer.from(name).toString())
    : plainIn(text.replaceAll(between, betweenPlain));

/** How a column is packed into one text, and taken apart. */
interface PackedColumn<Value> {
  readonly sql: string;
  readonly read: (text: string) => readonly Value[];
}

const numbers = (column: string): PackedColumn<number> => ({
  sql: `string_agg(${column}::text, ',')`,
  read: numbersIn,
});

const texts = (column: string, read: PackedColumn<string>['read']): PackedColumn<string> => ({
  sql: `string_agg(${column}, chr(1))`,
  read,
});

const columns: { readonly [Field in keyof ReadEvent]: PackedColumn<ReadEvent[Field]> } = {
  xid: numbers('xid'),
  position: numbers('position'),
  revision: numbers('revision'),
  schemaVersion: numbers('schema_version'),
  occurredAt: numbers('occurred_at'),
  recordedAt: numbers('recorded_at'),
  streamId: texts('stream_id', namesIn),
  type: texts('type', wordsIn),
  data: texts('data', partsIn),
  meta: texts('meta', partsIn),
  eventId: { sql: `string_agg(event_id::text, '${betweenPlain}')`, read: plainIn },
};

/**
 * Packs events into one row: each of these fields of all of them as one text. Sending, receiving and taking apart every
 * value by itself costs more than all the rest of reading it. PostgreSQL aggregates the rows of a sorted subquery in
 * their order (manual, "Aggregate Functions").
 */
export const packedColumns = (fields: readonly (keyof ReadEvent)[]): string =>
  fields.map((field) => columns[field].sql).join(', ');

/** Fields of events, each as one list. */
export type ColumnsOf<Field extends keyof ReadEvent> = { readonly [F in Field]: readonly ReadEvent[F][] };

/**
 * Takes a row of {@link packedColumns} of so many events apart; `undefined` where a text holds what stands between
 * texts: such events must be asked for one by one.
 */
export const columnsIn = <Field extends keyof ReadEvent>(
  fields: readonly Field[],
  row: readonly (string | null)[],
  count: number,
): ColumnsOf<Field> | undefined => {
  const values = fields.map((field, index) => [field, columns[field].read(row[index] ?? '')] as const);
  if (values.some(([, column]) => column.length !== count)) return undefined;
  return Object.fromEntries(values) as ColumnsOf<Field>;
};
