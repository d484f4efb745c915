import { CompressionTypes, Partitioners, type Kafka, type Message, type Producer } from 'kafkajs';

/** Messages for one topic, in the order in which they are to stand there. */
export interface Parcel {
  readonly topic: string;
  readonly messages: readonly Message[];
}

/** Well below what a topic takes in one piece, even if all of it falls to one partition. */
const bytesPerRequest = 900_000;
const bytesAround = 100;

const sizeOf = ({ key, value, headers = {} }: Message): number => {
  let size = bytesAround + Buffer.byteLength(value ?? '') + Buffer.byteLength(key ?? '');
  for (const name in headers) size += name.length + Buffer.byteLength(String(headers[name]));
  return size;
};

/** Messages in groups that fit into one request; a message that is too large by itself travels alone. */
export const inRequests = (messages: readonly Message[], limit = bytesPerRequest): readonly (readonly Message[])[] => {
  const requests: Message[][] = [];
  let room = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    const last = requests.at(-1);
    if (last === undefined || size > room) {
      requests.push([message]);
      room = limit - size;
    } else {
      last.push(message);
      room -= size;
    }
  }
  return requests;
};

/**
 * Sends messages so that all in-sync replicas have them, in order, and none twice for as long as the broker answers. The
 * broker recognises a repeat by its number and place, not by its contents: after a failure the next messages could be
 * taken for those of the failed request and be dropped. So a producer that failed is given up, and its successor starts
 * under a new number; what was sent in vain, or only seemed to be, is then sent again by whoever asked for it.
 */
export class MessageSender {
  private producer: Promise<Producer> | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly kafka: Kafka) {}

  /** Resolves once everything is acknowledged. After a rejection any part of it may have been sent. */
  send(parcel: Parcel): Promise<void> {
    const sent = this.turn.then(() => this.sendNow(parcel));
    this.turn = sent.catch(() => undefined);
    return sent;
  }

  /** Waits for what is under way, then lets go of the broker. */
  async close(): Promise<void> {
    await this.turn;
    await this.giveUp();
  }

  private async sendNow({ topic, messages }: Parcel): Promise<void> {
    try {
      this.producer ??= this.connect();
      const producer = await this.producer;
      for (const request of inRequests(messages))
        await producer.sendBatch({
          acks: -1,
          compression: CompressionTypes.None,
          topicMessages: [{ topic, messages: [...request] }],
        });
    } catch (error) {
      await this.giveUp();
      throw error;
    }
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }

  private async giveUp(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.then((connected) => connected.disconnect()).catch(() => undefined);
  }
}
