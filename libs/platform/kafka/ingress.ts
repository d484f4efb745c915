import type { Batch, Kafka, KafkaMessage, Message } from 'kafkajs';
import { z } from 'zod';
import type { Outcome } from '#libs/platform/runtime/command-runner';
import { inLanes, isMistake, withRetries } from '#libs/platform/runtime/dispatch';
import type { Part } from '#libs/platform/runtime/lifecycle';
import { messageOf, type Report } from '#libs/platform/runtime/report';
import type { Progress } from '#libs/platform/runtime/subscription';
import { Consumption, type Consumed, type ConsumptionSettings } from './consumption';
import { MessageSender } from './message-sender';
import type { Topics } from './topics';

/** A ticket as another system hands it in. */
export interface Handed<Ticket> {
  /** The system, as it is known here: the credential its requests count under. */
  readonly source: string;
  /** Binds the ticket to its first answer, per source. Handed in again, the same ticket gets the same answer. */
  readonly idempotencyKey: string;
  readonly ticket: Ticket;
}

const visible = /^[\x21-\x7e]+$/;

/** The envelope of a ticket in the topic. Its schema is also what the documentation of the topic is made from. */
export const handedSchema = <Schema extends z.ZodType>(ticket: Schema) =>
  z.strictObject({
    source: z.string().max(100).regex(visible).meta({ description: 'The system that hands in, as it is known here.' }),
    idempotencyKey: z
      .string()
      .max(255)
      .regex(visible)
      .meta({ description: 'Binds the ticket to its first answer: handed in again, it gets the same one.' }),
    ticket,
  });

/** What became of a ticket, as it stands in the topic of results. */
export const resultSchema = z.strictObject({
  source: z.string(),
  idempotencyKey: z.string(),
  status: z.enum(['accepted', 'refused']),
  replayed: z.boolean().optional().meta({ description: 'True when the ticket had been handed in before.' }),
  answer: z.unknown().optional().meta({ description: 'Of an accepted ticket, as a till gets it.' }),
  reason: z.string().optional().meta({ description: 'Why it was refused, in kebab-case.' }),
  detail: z.string().optional(),
});

/** What became of a ticket. */
export type TicketResult = z.infer<typeof resultSchema>;

/** What ingress needs around it. */
export interface IngressNeeds<Schema extends z.ZodType> {
  readonly kafka: Kafka;
  readonly topics: Pick<Topics, 'tickets' | 'ticketResults' | 'deadTickets'>;
  /** The consumer group; several processes share its work. */
  readonly groupId: string;
  readonly schema: Schema;
  /**
   * Books a ticket under its source and key, so that booking it again gives the first answer. Rejects with
   * `StoreUnavailable` when it cannot be booked now.
   */
  readonly dispatch: (handed: Handed<z.output<Schema>>, traceparent: string | undefined) => Promise<Outcome<string>>;
  readonly report: Report;
  /** Told about every ticket, for metrics. */
  readonly onTicket?: (became: 'accepted' | 'refused' | 'dead') => void;
  readonly settings?: Partial<ConsumptionSettings>;
}

interface Reply {
  readonly result?: Message;
  readonly dead?: Message;
}

const ticketsAtOnce = 16;
const longestReason = 2_000;

const resultOf = ({ source, idempotencyKey }: Handed<unknown>, outcome: Outcome<string>): TicketResult => {
  const about = { source, idempotencyKey };
  if (outcome.kind === 'answered') {
    const { replayed, body } = outcome;
    return { ...about, status: 'accepted', replayed, answer: JSON.parse(body) as unknown };
  }
  if (outcome.kind !== 'refused') return { ...about, status: 'refused', reason: outcome.kind };
  const { reason, detail } = outcome;
  return { ...about, status: 'refused', reason, ...(detail === undefined ? {} : { detail }) };
};

const faultOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'message'}: ${message}`).join('; ');

/**
 * Takes tickets from a topic. Each gets its answer in the topic of results, or is put aside with the reason when it
 * cannot be read. Tickets of one key are booked in order. Whatever is read again after a crash is booked once, under its
 * key, and answered again.
 */
export class Ingress<Schema extends z.ZodType> implements Part {
  readonly name = 'ingress';
  private readonly sender: MessageSender;
  private readonly consumption: Consumption;
  private readonly schema: z.ZodType<Handed<z.output<Schema>>>;

  constructor(private readonly needs: IngressNeeds<Schema>) {
    const { kafka, topics, groupId, report, settings } = needs;
    this.schema = handedSchema(needs.schema) as unknown as z.ZodType<Handed<z.output<Schema>>>;
    this.sender = new MessageSender(kafka);
    this.consumption = new Consumption({
      kafka,
      topic: topics.tickets.name,
      groupId,
      report,
      ...(settings === undefined ? {} : { settings }),
      take: (batch) => this.take(batch),
    });
  }

  start(): void {
    this.consumption.start();
  }

  /** Ends after the tickets at hand. */
  async stop(): Promise<void> {
    await this.consumption.stop();
    await this.sender.close();
  }

  /** It follows no log: what counts is how often it failed in a row, and for how long. */
  progress(): Progress {
    const { failing: failures, failingForMs: behindMs } = this.consumption;
    return { name: this.name, position: undefined, behindMs, failures };
  }

  private async take({ topic, partition, messages }: Batch): Promise<Consumed> {
    const replies = new Map<KafkaMessage, Reply>();
    await inLanes(
      messages,
      ({ key, offset }) => key?.toString() ?? offset,
      ticketsAtOnce,
      async (message) => {
        const reply = await this.replyTo(message);
        const { dead } = reply;
        const from = { topic, partition: String(partition), offset: message.offset };
        if (dead !== undefined) this.needs.report('ticket-put-aside', from);
        replies.set(message, dead === undefined ? reply : { dead: { ...dead, headers: { ...dead.headers, ...from } } });
      },
    );
    const inOrder = messages.map((message) => replies.get(message) ?? {});
    await this.send(
      this.needs.topics.deadTickets.name,
      inOrder.flatMap(({ dead }) => dead ?? []),
    );
    await this.send(
      this.needs.topics.ticketResults.name,
      inOrder.flatMap(({ result }) => result ?? []),
    );
    return { kind: 'done' };
  }

  private async send(topic: string, messages: readonly Message[]): Promise<void> {
    if (messages.length > 0) await this.sender.send({ topic, messages });
  }

  private async replyTo(message: KafkaMessage): Promise<Reply> {
    const handed = this.read(message);
    if ('fault' in handed) return this.putAside(message, handed.fault);
    const traceparent = message.headers?.['traceparent']?.toString();
    try {
      const outcome = await withRetries(() => this.needs.dispatch(handed, traceparent));
      const result = resultOf(handed, outcome);
      this.needs.onTicket?.(result.status);
      const headers = { 'content-type': 'application/json', ...(traceparent === undefined ? {} : { traceparent }) };
      return { result: { key: message.key, value: JSON.stringify(result), headers } };
    } catch (error) {
      if (!isMistake(error)) throw error;
      // A mistake in our program: the ticket must not hold up the others, and must not be lost either.
      return this.putAside(message, `It could not be booked: ${messageOf(error)}`);
    }
  }

  private read({ value }: KafkaMessage): Handed<z.output<Schema>> | { readonly fault: string } {
    let json: unknown;
    try {
      json = JSON.parse(value?.toString('utf8') ?? '');
    } catch {
      return { fault: 'The message is not JSON.' };
    }
    const read = this.schema.safeParse(json);
    return read.success ? read.data : { fault: faultOf(read.error) };
  }

  private putAside({ key, value, headers }: KafkaMessage, fault: string): Reply {
    this.needs.onTicket?.('dead');
    return { dead: { key, value, headers: { ...headers, reason: fault.slice(0, longestReason) } } };
  }
}
