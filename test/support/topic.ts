import type { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { freshName } from '#libs/platform/testing/kafka-broker';
import { idOf } from '#libs/platform/kernel/decider';
import type { LoggedFact } from './log';
import { eventually } from './server-process';

/** A message as it stands in a topic. */
export interface TopicMessage {
  readonly partition: number;
  readonly key: string | null;
  readonly text: string;
}

const readWithinMs = 120_000;

/** Every message that stands in a topic now, each partition in its order. */
export const messagesIn = async (
  kafka: ReturnType<typeof kafkaClient>,
  topic: string,
): Promise<readonly TopicMessage[]> => {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const next = new Map(ends.map(({ partition, low }) => [partition, Number(low)]));
  const left = (): number =>
    ends.reduce((sum, { partition, offset }) => sum + Math.max(0, Number(offset) - (next.get(partition) ?? 0)), 0);
  const found: TopicMessage[] = [];
  const consumer = kafka.consumer({ groupId: freshName(), maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ partition, message: { key, value, offset } }) => {
      found.push({ partition, key: key?.toString() ?? null, text: value?.toString() ?? '' });
      next.set(partition, Number(offset) + 1);
      return Promise.resolve();
    },
  });
  await eventually(
    () => `all of ${topic} is read, ${left()} messages are left`,
    () => left() === 0,
    readWithinMs,
  );
  await consumer.disconnect();
  return found;
};

interface Published {
  readonly id: string;
  readonly subject: string;
  readonly streamrevision: number;
  readonly logxid: string;
  readonly logposition: string;
}

/** A fact as a message tells it; undefined for whatever is no fact. */
const publishedIn = ({ text }: TopicMessage): Published | undefined => {
  try {
    const value = JSON.parse(text) as Partial<Published> | null;
    return typeof value?.streamrevision === 'number' ? (value as Published) : undefined;
  } catch {
    return undefined;
  }
};

interface Seen {
  readonly partition: number;
  xid: number;
  position: number;
}

/** Reads a topic as somebody would who keeps one revision per stream and one place per member. */
class TopicReading {
  readonly faults: string[] = [];
  readonly times = new Map<string, number>();
  private readonly tips = new Map<string, number>();
  private readonly members = new Map<string, Seen>();

  add(message: TopicMessage): void {
    const fact = publishedIn(message);
    if (fact === undefined) return;
    const { subject, streamrevision: revision } = fact;
    this.times.set(fact.id, (this.times.get(fact.id) ?? 0) + 1);
    const member = this.memberOf(message);
    if (message.key !== idOf(subject)) this.faults.push(`${subject} ${revision} has the key ${message.key}`);
    const tip = this.tips.get(subject) ?? -1;
    if (revision <= tip) return;
    if (revision > tip + 1) this.faults.push(`${subject} goes from revision ${tip} to ${revision}`);
    this.tips.set(subject, revision);
    this.advance(member, fact);
  }

  private memberOf({ key, partition }: TopicMessage): Seen {
    const known = this.members.get(key ?? '') ?? { partition, xid: 0, position: 0 };
    if (known.partition !== partition) this.faults.push(`${key} is in partitions ${known.partition} and ${partition}`);
    this.members.set(key ?? '', known);
    return known;
  }

  private advance(member: Seen, { id, logxid, logposition }: Published): void {
    const [xid, position] = [Number(logxid), Number(logposition)];
    if (xid < member.xid || (xid === member.xid && position <= member.position))
      this.faults.push(`event ${id} stands behind a later one of its member`);
    [member.xid, member.position] = [xid, position];
  }
}

/** How a topic compares with the log. */
export interface TopicAudit {
  /** Whatever is out of order, has holes, or is in one of them only; in words. */
  readonly faults: readonly string[];
  /** How often each event was published, by its id. */
  readonly times: ReadonlyMap<string, number>;
}

/** Every fact of the log in the topic, in the order of its member, at least once; and no fact that is not in the log. */
export const auditTopic = (log: readonly LoggedFact[], messages: readonly TopicMessage[]): TopicAudit => {
  const reading = new TopicReading();
  for (const message of messages) reading.add(message);
  const { faults, times } = reading;
  const logged = new Set(log.map(({ eventId }) => eventId));
  const missing = log
    .filter(({ eventId }) => !times.has(eventId))
    .map(({ streamId, revision }) => `${streamId} ${revision} was not published`);
  const strange = [...times.keys()].filter((id) => !logged.has(id)).map((id) => `event ${id} is not in the log`);
  return { faults: [...faults, ...missing, ...strange], times };
};
