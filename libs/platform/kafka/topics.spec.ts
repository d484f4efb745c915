import fc from 'fast-check';
import { KafkaJSError, type ITopicConfig, type Kafka } from 'kafkajs';
import { ensureTopics, partitionOf, TopicDiffers, topicsOf, type Topic } from './topics';

/** Brokers as the client's administration shows them. What is made there while nobody looks is made by `meanwhile`. */
class Brokers {
  readonly partitions = new Map<string, number>();
  readonly made: ITopicConfig[] = [];
  /** The names that each request to make topics gave. */
  readonly wanted: (readonly string[])[] = [];
  connections = 0;
  meanwhile: () => void = () => undefined;
  /** How often somebody who asks after topics is told that the broker has not heard of them yet. */
  unheardOf = 0;

  get kafka(): Kafka {
    return { admin: () => this.admin() } as unknown as Kafka;
  }

  private admin(): object {
    return {
      connect: async () => void (this.connections += 1),
      disconnect: async () => void (this.connections -= 1),
      listTopics: async () => [...this.partitions.keys()],
      fetchTopicMetadata: async ({ topics }: { topics: readonly string[] }) => {
        if (this.unheardOf-- > 0) throw new KafkaJSError('This server does not host this topic-partition');
        return { topics: topics.map((name) => ({ name, partitions: Array(this.partitions.get(name) ?? 0).fill({}) })) };
      },
      createTopics: async ({ topics }: { topics: ITopicConfig[] }) => {
        this.meanwhile();
        this.wanted.push(topics.map(({ topic }) => topic));
        for (const each of topics) if (!this.partitions.has(each.topic)) this.make(each);
      },
    };
  }

  private make(config: ITopicConfig): void {
    this.made.push(config);
    this.partitions.set(config.topic, config.numPartitions ?? 1);
  }
}

const days = 86_400_000;
const all = (prefix?: string, partitions?: number): readonly Topic[] => Object.values(topicsOf(prefix, partitions));
const settingOf = (config: ITopicConfig | undefined, name: string): string | undefined =>
  config?.configEntries?.find((entry) => entry.name === name)?.value;

describe('the topics of an installation', () => {
  it('bear its prefix, none the name of another', () => {
    const names = [...all(), ...all('northwind')].map(({ name }) => name);
    expect(new Set(names).size).toBe(8);
    expect(names.filter((name) => name.startsWith('regulars.'))).toHaveLength(4);
    expect(topicsOf('northwind').deadTickets.name).toBe('northwind.tickets.dead');
  });

  it('keep facts for a month, tickets for a week and those put aside for a quarter', () => {
    const { facts, tickets, ticketResults, deadTickets } = topicsOf();
    expect([facts, tickets, ticketResults, deadTickets].map(({ retentionMs }) => retentionMs / days)).toEqual([
      30, 7, 7, 90,
    ]);
  });

  it('have as many partitions as is asked for, but for what was put aside: one', () =>
    expect(all('chain', 5).map(({ partitions }) => partitions)).toEqual([5, 5, 5, 1]));
});

describe('topics that are missing', () => {
  it('are made with what they are to keep, and how', async () => {
    const brokers = new Brokers();
    await ensureTopics(brokers.kafka, all('chain', 4), { replicationFactor: 3 });
    expect(
      brokers.made.map(({ topic, numPartitions, replicationFactor }) => [topic, numPartitions, replicationFactor]),
    ).toEqual([
      ['chain.facts', 4, 3],
      ['chain.tickets', 4, 3],
      ['chain.ticket-results', 4, 3],
      ['chain.tickets.dead', 1, 3],
    ]);
    const [facts] = brokers.made;
    expect(settingOf(facts, 'cleanup.policy')).toBe('delete');
    expect(settingOf(facts, 'retention.ms')).toBe(String(30 * days));
    expect(settingOf(facts, 'max.message.bytes')).toBe('8388608');
    expect(settingOf(facts, 'message.timestamp.type')).toBe('LogAppendTime');
  });

  it.each([
    [1, '1'],
    [2, '1'],
    [3, '2'],
    [5, '4'],
  ])('with %i copies are written to %s at least', async (replicationFactor, inSync) => {
    const brokers = new Brokers();
    await ensureTopics(brokers.kafka, all(), { replicationFactor });
    expect(new Set(brokers.made.map((config) => settingOf(config, 'min.insync.replicas')))).toEqual(new Set([inSync]));
  });

  it('alone are made: those that are there stay as they are', async () => {
    const brokers = new Brokers();
    await ensureTopics(brokers.kafka, all('chain').slice(0, 2), { replicationFactor: 1 });
    await ensureTopics(brokers.kafka, all('chain'), { replicationFactor: 1 });
    await ensureTopics(brokers.kafka, all('chain'), { replicationFactor: 1 });
    expect(brokers.wanted).toEqual([
      ['chain.facts', 'chain.tickets'],
      ['chain.ticket-results', 'chain.tickets.dead'],
    ]);
    expect(brokers.connections).toBe(0);
  });

  it('are waited for while the broker that answers has not heard of them yet', async () => {
    const brokers = new Brokers();
    brokers.unheardOf = 2;
    await ensureTopics(brokers.kafka, all(), { replicationFactor: 1 });
    expect([brokers.made.length, brokers.unheardOf, brokers.connections]).toEqual([4, -1, 0]);
  });

  it('may be made by somebody else meanwhile', async () => {
    const brokers = new Brokers();
    brokers.meanwhile = () => brokers.partitions.set('regulars.facts', 12);
    await ensureTopics(brokers.kafka, all(), { replicationFactor: 1 });
    expect(brokers.made).toHaveLength(3);
  });

  it('are refused when they have another number of partitions, and no connection stays open', async () => {
    const brokers = new Brokers();
    brokers.partitions.set('regulars.tickets', 6);
    const ensuring = ensureTopics(brokers.kafka, all(), { replicationFactor: 1 });
    await expect(ensuring).rejects.toThrow(TopicDiffers);
    await expect(ensuring).rejects.toThrow(
      'The topic regulars.tickets has 6 partitions and should have 12. The number cannot be changed: keys would ' +
        'change their partition and lose their order. Use the number it has, or another prefix.',
    );
    expect(brokers.connections).toBe(0);
  });
});

describe('where a key belongs', () => {
  // Apache Kafka's own examples of murmur2 (UtilsTest.testMurmur2).
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])('is where every client of Kafka puts it: %s', (key, murmur2) => {
    for (const partitions of [1, 4, 12])
      expect(partitionOf(key, { ...topicsOf().facts, partitions })).toBe((murmur2 & 0x7fff_ffff) % partitions);
  });

  it('is one of the partitions there are, always the same, whatever the topic is called', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 50 }), (key, partitions) => {
        const found = partitionOf(key, topicsOf('a', partitions).facts);
        expect(found).toBe(partitionOf(key, topicsOf('b', partitions).tickets));
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThan(partitions);
      }),
    ));
});
