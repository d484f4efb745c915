import type { DifferenceKind } from '../../findings';

/** Something wrong that is planted, and what must be said of it. */
export interface BusFault {
  readonly name: string;
  /** The tables that are put back afterwards. */
  readonly tables: readonly string[];
  /** What is done to the database. */
  readonly change: string;
  readonly kind: DifferenceKind;
  /** Part of the place, and of the words, with which it must be told. */
  readonly where: string;
  readonly what: string;
}

const booked = `stream_id = 'account-M1' AND meta LIKE '%"actor":"policy:book-enrolments"%'`;

/** One of each kind, at least. The member M1 is a club member with tickets. */
export const busFaults: readonly BusFault[] = [
  {
    name: 'an altered row of a read model',
    tables: ['read.account_overview'],
    change: `UPDATE read.account_overview SET purchases = purchases + 1 WHERE member_id = 'M1'`,
    kind: 'wrong-row',
    where: 'account-overview M1',
    what: 'purchases is',
  },
  {
    name: 'a missing row of a read model',
    tables: ['read.account_overview'],
    change: `DELETE FROM read.account_overview WHERE member_id = 'M1'`,
    kind: 'wrong-row',
    where: 'account-overview M1',
    what: 'the log adds up to a row that is not there',
  },
  {
    name: 'a stream that a feed passed over',
    tables: ['read.feed_streams'],
    change: `UPDATE read.feed_streams SET revision = 0 WHERE stream_id = 'account-M1' AND feed LIKE '%read-models'`,
    kind: 'wrong-feed',
    where: 'read-models account-M1',
    what: 'it noted revision 0, and should have come to',
  },
  {
    name: 'a stream that a feed never saw',
    tables: ['read.feed_streams'],
    change: `DELETE FROM read.feed_streams WHERE stream_id = 'account-M1' AND feed LIKE '%policies'`,
    kind: 'wrong-feed',
    where: 'policies account-M1',
    what: 'it noted nothing',
  },
  {
    name: 'a feed that ran ahead',
    tables: ['read.feed_streams'],
    change: `UPDATE read.feed_streams SET revision = 10000 WHERE stream_id = 'account-M1' AND feed LIKE '%policies'`,
    kind: 'wrong-feed',
    where: 'policies account-M1',
    what: 'it noted revision 10000, the last event is',
  },
  {
    name: 'a feed that goes on where its topic does not',
    tables: ['read.feed_offsets'],
    change: `UPDATE read.feed_offsets SET next_offset = 100000 WHERE partition = 3 AND feed LIKE '%read-models'`,
    kind: 'wrong-feed',
    where: 'read-models',
    what: '/3@100000, but that partition ends at',
  },
  {
    name: 'a stream that is held up',
    tables: ['read.feed_parked'],
    change: `INSERT INTO read.feed_parked (feed, stream_id, topic, partition, revision, reaches, event_id, error)
      SELECT feed, 'account-M1', topic, 0, 4, 5, 'e', 'broken' FROM read.feed_offsets WHERE feed LIKE '%read-models' LIMIT 1`,
    kind: 'held-stream',
    where: 'read-models account-M1',
    what: 'revision 4 cannot be taken: broken',
  },
  {
    name: 'an enrolment that was never booked',
    tables: ['log.commands', 'log.events'],
    change: `DELETE FROM log.commands WHERE stream_id = 'account-M1' AND credential = 'policy:book-enrolments';
      DELETE FROM log.events WHERE ${booked}`,
    kind: 'wrong-effect',
    where: 'member-M1',
    what: '(MemberEnrolled): policy:book-enrolments has not reacted, it would state ActivityRecorded',
  },
  {
    name: 'an enrolment that was booked twice',
    tables: ['log.events'],
    change: `INSERT INTO log.events SELECT position + 1000000, xid, occurred_at, recorded_at, event_id,
        revision + 1000, schema_version, stream_id, type, hash, meta, data
      FROM log.events WHERE ${booked}`,
    kind: 'wrong-effect',
    where: 'account-M1',
    what: 'policy:book-enrolments had its effect 2 times',
  },
  {
    name: 'an effect under another key',
    tables: ['log.events'],
    change: `UPDATE log.events SET event_id = gen_random_uuid() WHERE ${booked}`,
    kind: 'wrong-effect',
    where: 'account-M1',
    what: 'under another key',
  },
  {
    name: 'an effect without a cause',
    tables: ['log.events'],
    change: `UPDATE log.events SET meta = regexp_replace(meta, '"causation":"[^"]*"', '"causation":"nothing"')
      WHERE ${booked}`,
    kind: 'wrong-effect',
    where: 'account-M1',
    what: 'because of nothing, which is not in the log',
  },
  {
    name: 'a message that the log does not bear out',
    tables: ['log.events'],
    change: `UPDATE log.events SET occurred_at = occurred_at + 1 WHERE stream_id = 'account-M1' AND revision = 2`,
    kind: 'wrong-message',
    where: 'account-M1',
    what: 'says something else than the log',
  },
];
