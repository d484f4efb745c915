import { endOf, type Batch, type Move, type Waiting } from './append-batch';
import { byteaArray, int2Array, int4Array, int8Array, textArray, uuidArray } from './binary-array';
import type { CommandRecord } from './event-store';
import type { LinkedEvent } from './hash-chain';

/**
 * Writes a batch and answers the numbers of the moves that took place. A stream's row moves only from the very tip it
 * was expected at; events, commands and names are written for those moves alone, so that a conflict fails itself and
 * nothing else. A known command or a taken name fails the statement as a whole (unique violation, 23505): asking with
 * ON CONFLICT and joining the answer back would halve the rate of every other batch. Streams, keys and names are written
 * in their order, so that two batches which want the same wait for each other, but never crosswise.
 */
const text = `
WITH wanted AS (
  SELECT * FROM unnest($1::text[], $2::int4[], $3::bytea[], $4::int4[], $5::bytea[], $6::int4[], $7::int4[], $8::text[])
    WITH ORDINALITY AS w(stream_id, was, was_hash, revision, hash, fold, folded, state, n)
  ORDER BY stream_id COLLATE "C"
), moved AS (
  UPDATE log.streams AS s SET
    revision = w.revision,
    hash = w.hash,
    snapshot_fold = CASE WHEN w.fold IS NULL THEN s.snapshot_fold ELSE w.fold END,
    snapshot_revision = CASE WHEN w.fold IS NULL THEN s.snapshot_revision ELSE w.folded END,
    snapshot_state = CASE WHEN w.fold IS NULL THEN s.snapshot_state ELSE w.state END
  FROM wanted w WHERE s.stream_id = w.stream_id AND s.revision = w.was AND s.hash = w.was_hash
  RETURNING w.n, w.stream_id
), opened AS (
  INSERT INTO log.streams (stream_id, revision, hash, snapshot_fold, snapshot_revision, snapshot_state)
  SELECT stream_id, revision, hash, fold, folded, state FROM wanted WHERE was = -1
  ON CONFLICT (stream_id) DO NOTHING
  RETURNING stream_id
), done AS (
  SELECT n, stream_id FROM moved UNION ALL SELECT w.n, w.stream_id FROM wanted w JOIN opened o ON o.stream_id = w.stream_id
), added AS (
  INSERT INTO log.events (position, stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at)
  SELECT nextval('log.event_position'), stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at
  FROM (
    SELECT d.stream_id, e.* FROM unnest($9::int4[], $10::int4[], $11::text[], $12::int2[], $13::text[], $14::text[],
        $15::uuid[], $16::bytea[], $17::int8[], $18::int8[])
      WITH ORDINALITY AS e(move, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at, n)
    JOIN done d ON d.n = e.move ORDER BY e.n
  ) AS ordered
), answered AS (
  INSERT INTO log.commands (stream_id, revision, credential, key, request_hash, status, answer)
  SELECT d.stream_id, c.revision, c.credential, c.key, c.request_hash, c.status, c.answer
  FROM unnest($19::int4[], $20::int4[], $21::text[], $22::text[], $23::text[], $24::int2[], $25::text[])
    AS c(move, revision, credential, key, request_hash, status, answer)
  JOIN done d ON d.n = c.move ORDER BY c.key COLLATE "C", c.credential COLLATE "C"
)`;

const claiming = `, released AS (
  DELETE FROM log.claims AS c USING unnest($26::int4[], $27::text[]) AS r(move, name) JOIN done d ON d.n = r.move
  WHERE c.name = r.name AND c.stream_id = d.stream_id
), claimed AS (
  INSERT INTO log.claims (name, stream_id, revision)
  SELECT c.name, d.stream_id, c.revision FROM unnest($28::int4[], $29::int4[], $30::text[]) AS c(move, revision, name)
  JOIN done d ON d.n = c.move ORDER BY c.name COLLATE "C"
)`;

const ending = ` SELECT string_agg(n::text, ',') FROM done`;

/** A parameter: an array in binary form, or any value as text. */
type Value = Buffer | string;

/** A statement as the driver takes it: prepared once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: Value[];
}

/** What a batch writes, table by table; each row with the number of its move, counted from 1. Filled in one pass. */
interface Rows {
  readonly events: LinkedEvent[];
  readonly eventMoves: number[];
  readonly commands: CommandRecord[];
  readonly commandMoves: number[];
  readonly commandRevisions: number[];
  readonly named: (readonly [number, Waiting])[];
}

const rowsOf = (moves: readonly Move[]): Rows => {
  const rows: Rows = { events: [], eventMoves: [], commands: [], commandMoves: [], commandRevisions: [], named: [] };
  moves.forEach((move, index) => {
    for (const append of move.appends) {
      const { command, claims, releases } = append.request;
      for (const event of append.events) {
        rows.events.push(event);
        rows.eventMoves.push(index + 1);
      }
      if (command !== undefined) {
        rows.commands.push(command);
        rows.commandMoves.push(index + 1);
        rows.commandRevisions.push(append.tip.revision);
      }
      if (claims !== undefined || releases !== undefined) rows.named.push([index + 1, append]);
    }
  });
  return rows;
};

const moveValues = (moves: readonly Move[]): Value[] => {
  const ends = moves.map(endOf);
  const snapshots = moves.map((move) => move.appends.findLast((each) => each.request.snapshot)?.request.snapshot);
  return [
    textArray(moves.map((move) => move.streamId)),
    int4Array(moves.map((move) => move.expected.revision)),
    byteaArray(moves.map((move) => move.expected.hash)),
    int4Array(ends.map((end) => end.revision)),
    byteaArray(ends.map((end) => end.hash)),
    int4Array(snapshots.map((snapshot) => snapshot?.foldVersion)),
    int4Array(snapshots.map((snapshot) => snapshot?.revision)),
    textArray(snapshots.map((snapshot) => snapshot?.state)),
  ];
};

const eventValues = ({ events, eventMoves }: Rows): Value[] => [
  int4Array(eventMoves),
  int4Array(events.map((event) => event.revision)),
  textArray(events.map((event) => event.type)),
  int2Array(events.map((event) => event.schemaVersion)),
  textArray(events.map((event) => event.data)),
  textArray(events.map((event) => event.meta)),
  uuidArray(events.map((event) => event.eventId)),
  byteaArray(events.map((event) => event.hash)),
  int8Array(events.map((event) => event.occurredAt)),
  int8Array(events.map((event) => event.recordedAt)),
];

const commandValues = ({ commands, commandMoves, commandRevisions }: Rows): Value[] => [
  int4Array(commandMoves),
  int4Array(commandRevisions),
  textArray(commands.map((command) => command.credential)),
  textArray(commands.map((command) => command.key)),
  textArray(commands.map((command) => command.requestHash)),
  int2Array(commands.map((command) => command.status)),
  textArray(commands.map((command) => command.answer)),
];

/** A name that is both claimed and given back counts as claimed: it is refused if anybody holds it, the stream itself included. */
const nameValues = ({ named }: Rows): Value[] => {
  const claims = named.flatMap(([move, { request, tip }]) =>
    [...new Set(request.claims)].map((name) => ({ move, revision: tip.revision, name })),
  );
  const claimed = new Set(claims.map((each) => each.name));
  const releases = named.flatMap(([move, { request }]) =>
    (request.releases ?? []).filter((name) => !claimed.has(name)).map((name) => ({ move, name })),
  );
  return [
    int4Array(releases.map((each) => each.move)),
    textArray(releases.map((each) => each.name)),
    int4Array(claims.map((each) => each.move)),
    int4Array(claims.map((each) => each.revision)),
    textArray(claims.map((each) => each.name)),
  ];
};

/** The statement that writes a batch. Its one value lists, separated by commas, the moves that took place, from 1. */
export const appendStatement = ({ moves }: Batch): Statement => {
  const rows = rowsOf(moves);
  const values = [...moveValues(moves), ...eventValues(rows), ...commandValues(rows)];
  return rows.named.length > 0
    ? { name: 'append-with-names', text: text + claiming + ending, values: [...values, ...nameValues(rows)] }
    : { name: 'append', text: text + ending, values };
};
