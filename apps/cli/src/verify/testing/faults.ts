import type { DifferenceKind } from '../findings';

/** Something wrong that is planted, and what must be said of it. */
export interface Fault {
  readonly name: string;
  /** The table that is put back afterwards. */
  readonly table: string;
  /** What is done to the database. */
  readonly change: string;
  readonly kind: DifferenceKind;
  /** How the place begins that must be named. */
  readonly where: string;
}

const sale = `type = 'PurchaseRecorded' AND stream_id = 'account-M1' AND revision = (SELECT min(revision) FROM log.events
  WHERE type = 'PurchaseRecorded' AND stream_id = 'account-M1')`;
const earned = `type = 'PointsEarned' AND stream_id = 'account-M1' AND revision = (SELECT min(revision) FROM log.events
  WHERE type = 'PointsEarned' AND stream_id = 'account-M1')`;

/** One of each kind, at least. */
export const faults: readonly Fault[] = [
  {
    name: 'an altered amount',
    table: 'log.events',
    change: `UPDATE log.events SET data = replace(data, '"grossMinor":', '"grossMinor":1') WHERE ${sale}`,
    kind: 'altered-event',
    where: 'account-M1',
  },
  {
    name: 'an altered instant',
    table: 'log.events',
    change: `UPDATE log.events SET occurred_at = occurred_at + 1 WHERE ${sale}`,
    kind: 'altered-event',
    where: 'account-M1',
  },
  {
    name: 'a forged hash',
    table: 'log.events',
    change: `UPDATE log.events SET hash = sha256('x') WHERE ${sale}`,
    kind: 'altered-event',
    where: 'account-M1',
  },
  {
    name: 'a removed event',
    table: 'log.events',
    change: `DELETE FROM log.events WHERE ${sale}`,
    kind: 'gap',
    where: 'account-M1',
  },
  {
    name: 'a removed last event',
    table: 'log.events',
    change: `DELETE FROM log.events e USING log.streams s WHERE e.stream_id = 'account-M1' AND s.stream_id = e.stream_id AND e.revision = s.revision`,
    kind: 'wrong-tip',
    where: 'account-M1',
  },
  {
    name: 'an event of no known type',
    table: 'log.events',
    change: `UPDATE log.events SET type = 'PointsInvented' WHERE ${earned}`,
    kind: 'unreadable-event',
    where: 'account-M1',
  },
  {
    name: 'data that is no JSON',
    table: 'log.events',
    change: `UPDATE log.events SET data = '{' WHERE ${earned}`,
    kind: 'unreadable-event',
    where: 'account-M1',
  },
  {
    name: 'data that does not fit its schema',
    table: 'log.events',
    change: `UPDATE log.events SET data = (data::jsonb - 'lotId')::text WHERE ${earned}`,
    kind: 'unreadable-event',
    where: 'account-M1',
  },
  {
    name: 'points spent that were never granted',
    table: 'log.events',
    change: `UPDATE log.events SET type = 'PointsExpired', data = json_build_object('wallet', 'points', 'lotId', 'nowhere', 'points', 5, 'ordinal', 4)::text WHERE ${earned}`,
    kind: 'not-conserved',
    where: 'account-M1',
  },
  {
    name: 'a stream row that runs ahead',
    table: 'log.streams',
    change: `UPDATE log.streams SET revision = revision + 1 WHERE stream_id = 'account-M1'`,
    kind: 'wrong-tip',
    where: 'account-M1',
  },
  {
    name: 'a stream row with another hash',
    table: 'log.streams',
    change: `UPDATE log.streams SET hash = sha256('x') WHERE stream_id = 'account-M1'`,
    kind: 'wrong-tip',
    where: 'account-M1',
  },
  {
    name: 'a missing stream row',
    table: 'log.streams',
    change: `DELETE FROM log.streams WHERE stream_id = 'account-M1'`,
    kind: 'wrong-tip',
    where: 'account-M1',
  },
  {
    name: 'a doctored snapshot',
    table: 'log.streams',
    change: `UPDATE log.streams SET snapshot_state = replace(snapshot_state, '"remaining":', '"remaining":9') WHERE stream_id = 'account-M0'`,
    kind: 'wrong-snapshot',
    where: 'account-M0',
  },
  {
    name: 'a snapshot that is no JSON',
    table: 'log.streams',
    change: `UPDATE log.streams SET snapshot_state = 'x' WHERE stream_id = 'account-M0'`,
    kind: 'wrong-snapshot',
    where: 'account-M0',
  },
  {
    name: 'a ticket whose claim is gone',
    table: 'log.claims',
    change: `DELETE FROM log.claims WHERE name = (SELECT min(name) FROM log.claims WHERE stream_id = 'account-M1')`,
    kind: 'wrong-claim',
    where: 'account-M1',
  },
  {
    name: 'a ticket claimed by another account',
    table: 'log.claims',
    change: `UPDATE log.claims SET stream_id = 'account-M2' WHERE name = (SELECT min(name) FROM log.claims WHERE stream_id = 'account-M1')`,
    kind: 'wrong-claim',
    where: 'account-M2',
  },
  {
    name: 'a claim that no fact makes',
    table: 'log.claims',
    change: `INSERT INTO log.claims (name, stream_id, revision) VALUES ('ticket:invented', 'account-M1', 0)`,
    kind: 'wrong-claim',
    where: 'account-M1',
  },
  {
    name: 'a claim of a stream that there is not',
    table: 'log.claims',
    change: `INSERT INTO log.claims (name, stream_id, revision) VALUES ('ticket:invented', 'account-M9', 0)`,
    kind: 'wrong-claim',
    where: 'account-M9',
  },
  {
    name: 'an answer about an event that there is not',
    table: 'log.commands',
    change: `UPDATE log.commands SET revision = 10000 WHERE key = (SELECT min(key) FROM log.commands WHERE stream_id = 'account-M1')`,
    kind: 'wrong-command',
    where: 'account-M1',
  },
  {
    name: 'answers that are gone',
    table: 'log.commands',
    change: 'DELETE FROM log.commands',
    kind: 'wrong-command',
    where: 'account-M1',
  },
  {
    name: 'the answer to one command that is gone',
    table: 'log.commands',
    change: `DELETE FROM log.commands WHERE stream_id = 'member-M1'`,
    kind: 'wrong-command',
    where: 'member-M1',
  },
  {
    name: 'an answer that is no JSON',
    table: 'log.commands',
    change: `UPDATE log.commands SET answer = '{' WHERE key = (SELECT min(key) FROM log.commands WHERE stream_id = 'account-M1')`,
    kind: 'wrong-command',
    where: 'account-M1',
  },
  {
    name: 'a lost data key',
    table: 'vault.keys',
    change: `DELETE FROM vault.keys WHERE key_id = (SELECT data::jsonb ->> 'keyId' FROM log.events WHERE stream_id = 'member-M1' AND revision = 0)`,
    kind: 'wrong-key',
    where: 'member-M1',
  },
  {
    name: 'data keys that do not open',
    table: 'vault.keys',
    change: `UPDATE vault.keys SET wrapped = 'AQgarbage'`,
    kind: 'wrong-key',
    where: 'member-M1',
  },
  {
    name: 'data keys in each other’s place',
    table: 'vault.keys',
    change: `UPDATE vault.keys k SET wrapped = o.wrapped FROM (SELECT key_id, lag(wrapped, 1, NULL) OVER (ORDER BY key_id) AS wrapped
      FROM vault.keys) o WHERE o.key_id = k.key_id AND o.wrapped IS NOT NULL`,
    kind: 'wrong-key',
    where: 'member-',
  },
  {
    name: 'a member whose identifiers nobody holds',
    table: 'log.claims',
    change: `DELETE FROM log.claims WHERE stream_id = 'member-M1'`,
    kind: 'wrong-claim',
    where: 'member-M1',
  },
  {
    name: 'an identifier that a member’s facts do not take',
    table: 'log.claims',
    change: `INSERT INTO log.claims (name, stream_id, revision) VALUES ('phone:invented', 'member-M1', 0)`,
    kind: 'wrong-claim',
    where: 'member-M1',
  },
  {
    name: 'a changed row of a read model',
    table: 'read.account_overview',
    change: `UPDATE read.account_overview SET purchases = purchases + 1 WHERE member_id = 'M1'`,
    kind: 'wrong-row',
    where: 'account-overview M1',
  },
  {
    name: 'a missing row of a read model',
    table: 'read.account_overview',
    change: `DELETE FROM read.account_overview WHERE member_id = 'M1'`,
    kind: 'wrong-row',
    where: 'account-overview M1',
  },
  {
    name: 'a fact that was passed over',
    table: 'read.parked',
    change: `INSERT INTO read.parked (consumer, key, event_id, error) VALUES ('account-overview', 'M1', 'e', 'broken')`,
    kind: 'read-model-incomplete',
    where: 'account-overview M1',
  },
  {
    name: 'a read model of another version',
    table: 'read.checkpoints',
    change: `UPDATE read.checkpoints SET version = 0 WHERE name = 'account-overview'`,
    kind: 'read-model-incomplete',
    where: 'account-overview',
  },
];
