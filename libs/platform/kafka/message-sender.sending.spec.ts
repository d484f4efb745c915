import type { Kafka, Message, ProducerBatch, ProducerConfig } from 'kafkajs';
import { MessageSender } from './message-sender';

/** A broker as a client's producers meet it: what it took, over which producer, and what goes wrong. */
class Broker {
  readonly taken: { readonly producer: number; readonly topic: string; readonly values: readonly string[] }[] = [];
  readonly configs: ProducerConfig[] = [];
  readonly connected = new Set<number>();
  readonly acks = new Set<number | undefined>();
  mostAtOnce = 0;
  connects: () => Promise<void> = () => Promise.resolve();
  answers: () => Promise<void> = () => Promise.resolve();
  private atOnce = 0;

  get kafka(): Kafka {
    return { producer: (config: ProducerConfig) => this.producer(config) } as unknown as Kafka;
  }

  private producer(config: ProducerConfig): object {
    const producer = this.configs.push(config);
    return {
      connect: async () => {
        await this.connects();
        this.connected.add(producer);
      },
      disconnect: async () => void this.connected.delete(producer),
      sendBatch: async ({ acks, topicMessages = [] }: ProducerBatch) => {
        this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
        this.acks.add(acks);
        await new Promise((resolve) => setImmediate(resolve));
        for (const { topic, messages } of topicMessages) this.take(producer, topic, messages);
        this.atOnce -= 1;
        await this.answers();
      },
    };
  }

  private take(producer: number, topic: string, messages: readonly Message[]): void {
    this.taken.push({ producer, topic, values: messages.map(({ value }) => String(value)) });
  }
}

const parcel = (...values: readonly string[]) => ({ topic: 'facts', messages: values.map((value) => ({ value })) });
const once = (error: Error) => {
  let due = true;
  return (): Promise<void> => {
    const fails = due;
    due = false;
    return fails ? Promise.reject(error) : Promise.resolve();
  };
};

let broker: Broker;
let sender: MessageSender;
beforeEach(() => {
  broker = new Broker();
  sender = new MessageSender(broker.kafka);
});

it('asks nobody before there is something to send', async () => {
  await sender.close();
  expect(broker.configs).toEqual([]);
});

it('sends everything over one producer that recognises repeats, and waits for every replica', async () => {
  await sender.send(parcel('a', 'b'));
  await sender.send(parcel('c'));
  expect(broker.taken).toEqual([
    { producer: 1, topic: 'facts', values: ['a', 'b'] },
    { producer: 1, topic: 'facts', values: ['c'] },
  ]);
  expect(broker.configs).toMatchObject([{ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false }]);
  expect(broker.acks).toEqual(new Set([-1]));
});

it('sends in turn what is handed over at once, never two requests side by side', async () => {
  const parcels = Array.from({ length: 20 }, (_, index) => parcel(`${index}`));
  await Promise.all(parcels.map((each) => sender.send(each)));
  expect(broker.taken.map(({ values }) => values[0])).toEqual(parcels.map((_, index) => `${index}`));
  expect(broker.mostAtOnce).toBe(1);
});

it('sends a large parcel in several requests, in order', async () => {
  const values = ['a', 'b', 'c'].map((letter) => letter.repeat(400_000));
  await sender.send(parcel(...values));
  expect(broker.taken.map((request) => request.values.map((value) => value.charAt(0)))).toEqual([['a', 'b'], ['c']]);
});

it('gives up a producer whose request failed: what comes next goes out under another number', async () => {
  broker.answers = once(new Error('timed out'));
  const [failed, next] = [sender.send(parcel('a')), sender.send(parcel('b'))];
  await expect(failed).rejects.toThrow('timed out');
  await next;
  expect(broker.taken.map(({ producer, values }) => [producer, ...values])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
  expect(broker.connected).toEqual(new Set([2]));
});

it('does not go on with the rest of a parcel of which a request failed', async () => {
  broker.answers = once(new Error('timed out'));
  await expect(sender.send(parcel('a'.repeat(800_000), 'b'.repeat(800_000)))).rejects.toThrow('timed out');
  expect(broker.taken).toHaveLength(1);
});

it('connects anew where it could not, and tells each sender why', async () => {
  broker.connects = once(new Error('no broker'));
  await expect(sender.send(parcel('a'))).rejects.toThrow('no broker');
  await sender.send(parcel('b'));
  expect(broker.taken).toEqual([{ producer: 2, topic: 'facts', values: ['b'] }]);
});

it('ends what is under way before it lets go of the broker', async () => {
  const sent = sender.send(parcel('a'));
  await sender.close();
  expect(broker.taken).toHaveLength(1);
  expect(broker.connected.size).toBe(0);
  await sent;
});

it('lets go of the broker also when the last thing it sent failed', async () => {
  broker.answers = once(new Error('timed out'));
  const failed = expect(sender.send(parcel('a'))).rejects.toThrow('timed out');
  await sender.close();
  await failed;
  expect(broker.connected.size).toBe(0);
});
