import { idOf } from '#libs/platform/kernel/decider';
import { forJoining, type Chain } from './chain';
import { S1 } from './club';
import type { LoggedFact } from './log';
import { wrongBookings, type Sending } from './till-load';
import type { Ticket } from './tickets';
import { auditTopic, messagesIn, type TopicAudit } from './topic';

/** What was acknowledged, by the record of those who asked. */
export interface Acknowledged {
  readonly tickets: readonly Sending[];
  readonly members: readonly string[];
}

interface Row {
  readonly key: string;
  readonly value: string;
}

const ofType = (facts: readonly LoggedFact[], type: string): readonly LoggedFact[] =>
  facts.filter((fact) => fact.type === type);

const isForJoining = ({ type, data }: LoggedFact): boolean =>
  type === 'PointsEarned' && JSON.stringify(data['cause'] ?? null).includes('"enrolment"');

const add = (sums: Map<string, number[]>, key: string, ...amounts: readonly number[]): void => {
  const before = sums.get(key) ?? amounts.map(() => 0);
  sums.set(
    key,
    before.map((sum, index) => sum + (amounts[index] ?? 0)),
  );
};

const rowsOf = (sums: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, string> =>
  new Map([...sums].map(([key, values]) => [key, values.join(' ')]));

const paidIn = (fact: LoggedFact): number => (fact.data['ticket'] as Ticket).tenders[0]?.amountMinor ?? 0;

const melbourne = new Intl.DateTimeFormat('en-CA', { timeZone: S1.timeZone });

/** The day of the chain's only store, `YYYY-MM-DD`, on which something happened there: tickets name theirs themselves. */
const localDate = (at: string): string => melbourne.format(new Date(at));

/** What the log adds up to, table by table, worked out here in the plainest way. */
const dueRows = (facts: readonly LoggedFact[]): Readonly<Record<string, ReadonlyMap<string, string>>> => {
  const accounts = new Map<string, number[]>();
  const days = new Map<string, number[]>();
  const lines = new Map<string, number[]>();
  const members = new Map<string, number[]>();
  for (const fact of facts) {
    const id = idOf(fact.streamId);
    const points = Number(fact.data['points'] ?? 0);
    if (fact.type === 'MemberEnrolled') add(members, id, 1);
    if (fact.type === 'PointsEarned') {
      add(accounts, id, 0, points);
      add(lines, id, 1, points);
    }
    if (fact.type === 'VisitRecorded') add(days, `${String(fact.data['storeId'])} ${localDate(fact.at)}`, 0, 0, 1);
    if (fact.type !== 'PurchaseRecorded') continue;
    const { storeId, businessDate } = fact.data['ticket'] as Ticket;
    add(accounts, id, 1, 0);
    add(days, `${storeId} ${businessDate}`, 1, paidIn(fact), 0);
  }
  return {
    'account-overview': rowsOf(accounts),
    'account-statement': rowsOf(lines),
    'members-by-store': rowsOf(members),
    'store-day-sales': rowsOf(days),
  };
};

const texts: Readonly<Record<string, string>> = {
  'account-overview': `SELECT member_id AS key,
    purchases || ' ' || coalesce((wallets -> 'points' ->> 'points'), '0') AS value FROM read.account_overview`,
  'account-statement': `SELECT member_id AS key, count(*) || ' ' || sum(points) AS value
    FROM read.account_statement GROUP BY member_id`,
  'members-by-store': `SELECT member_id AS key, count(*)::text AS value FROM read.members_by_store GROUP BY member_id`,
  'store-day-sales': `SELECT store_id || ' ' || day AS key, sales || ' ' || net_minor || ' ' || visits AS value
    FROM read.store_day_sales`,
};

const differences = (table: string, due: ReadonlyMap<string, string>, rows: readonly Row[]): readonly string[] => {
  const found = new Map(rows.map(({ key, value }) => [key, value]));
  return [...new Set([...due.keys(), ...found.keys()])]
    .filter((key) => due.get(key) !== found.get(key))
    .map((key) => `${table} ${key} is ${found.get(key) ?? 'absent'} and should be ${due.get(key) ?? 'absent'}`);
};

const wrongRows = async (chain: Chain, facts: readonly LoggedFact[]): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const [table, due] of Object.entries(dueRows(facts)))
    wrong.push(...differences(table, due, await chain.query<Row>(texts[table] ?? '')));
  return wrong;
};

/** Tickets are in the log as often as their outcome allows, and whoever joined is in it once. */
const wrongInLog = (facts: readonly LoggedFact[], { tickets, members }: Acknowledged): readonly string[] => {
  const bookings = new Map<string, number[]>();
  for (const { data } of ofType(facts, 'PurchaseRecorded')) add(bookings, (data['ticket'] as Ticket).ticketNo, 1);
  const counts = new Map([...bookings].map(([ticketNo, [count = 0]]) => [ticketNo, count]));
  const enrolled = ofType(facts, 'MemberEnrolled').map(({ streamId }) => idOf(streamId));
  const times = new Map(members.map((member) => [member, enrolled.filter((each) => each === member).length]));
  const wrong = [...times].filter(([, count]) => count !== 1);
  return [
    ...wrongBookings(tickets, counts),
    ...wrong.map(([member, count]) => `member ${member} joined ${count} times`),
  ];
};

/** What the policy does for everyone who joins, done once. */
const wrongEffects = (facts: readonly LoggedFact[]): readonly string[] => {
  const given = new Map<string, number[]>();
  for (const fact of facts.filter(isForJoining)) add(given, idOf(fact.streamId), 1, Number(fact.data['points']));
  const effects = rowsOf(given);
  return ofType(facts, 'MemberEnrolled').flatMap(({ streamId }) => {
    const effect = effects.get(idOf(streamId));
    return effect === `1 ${forJoining}` ? [] : [`${streamId} got for joining: ${effect ?? 'nothing'}`];
  });
};

/** What any of the chain's feeds or policies holds up or has passed over, in words. */
export const heldIn = async (chain: Chain): Promise<readonly string[]> => {
  const rows = await chain.query<{ text: string }>(
    `SELECT feed || ' holds ' || stream_id || ': ' || error AS text FROM read.feed_parked
     UNION ALL SELECT consumer || ' passed over ' || key || ': ' || error FROM read.parked ORDER BY 1`,
  );
  return rows.map(({ text }) => text);
};

/** How often everything was published, besides what was found to be wrong. */
export interface ChainAudit extends Pick<TopicAudit, 'times'> {
  readonly faults: readonly string[];
}

/**
 * Waits until the chain is at rest, then looks at all of it: acknowledged tickets and members in the log, the log in the
 * topic, read models, the effects of policies, and whether anything is held up.
 */
export const auditChain = async (chain: Chain, acknowledged: Acknowledged): Promise<ChainAudit> => {
  await chain.settled();
  const facts = await chain.look((log) => log.everything());
  const { faults, times } = auditTopic(facts, await messagesIn(chain.kafka, chain.topic.name));
  return {
    times,
    faults: [
      ...wrongInLog(facts, acknowledged),
      ...faults,
      ...(await wrongRows(chain, facts)),
      ...wrongEffects(facts),
      ...(await heldIn(chain)),
    ],
  };
};
