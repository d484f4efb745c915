import type { Kafka, Message } from 'kafkajs';
import { comparePositions, logStart, type LogPosition } from '#libs/platform/event-store/event-store';
import { inSpansOf } from '#libs/platform/observability/tracing';
import type { Checkpoints } from '#libs/platform/runtime/checkpoints';
import { systemClock } from '#libs/platform/runtime/clock';
import type { LoggedFact } from '#libs/platform/runtime/fact';
import type { Part } from '#libs/platform/runtime/lifecycle';
import type { LogTail } from '#libs/platform/runtime/log-tail';
import { messageOf, type Report } from '#libs/platform/runtime/report';
import { Subscription, type Progress, type Subscriber } from '#libs/platform/runtime/subscription';
import { factMessage, reachedMessage, type Publishing } from './cloud-event';
import { MessageSender } from './message-sender';
import type { Topic } from './topics';

/** What was sent and acknowledged together. */
export interface Sent {
  readonly facts: number;
  /** How long the brokers took, ms. */
  readonly ms: number;
  /** How long the last of these facts had been in the log when it was acknowledged, ms. */
  readonly ageMs: number;
}

/** What a relay needs around it. */
export interface RelayNeeds {
  readonly kafka: Kafka;
  /** Made beforehand, see `ensureTopics`. */
  readonly topic: Topic;
  readonly log: LogTail;
  readonly checkpoints: Checkpoints;
  readonly publishing: Publishing;
  readonly report: Report;
  /** Told after every acknowledgement, for metrics. */
  readonly onSent?: (sent: Sent) => void;
  readonly settings?: RelaySettings;
}

/** How a relay works. */
export interface RelaySettings {
  /** Most facts in memory at once. */
  readonly batchSize: number;
  /** How often to look at the log unasked, ms. */
  readonly pollMs: number;
  /** Every partition is told at least this often how far the log has been published, while there is news, ms. */
  readonly reachedEveryMs: number;
}

const defaultSettings: RelaySettings = { batchSize: 2_000, pollMs: 100, reachedEveryMs: 500 };

/** How far behind the log a relay, or whoever reads what it publishes, is. */
export interface Lag {
  /** Difference of log positions: events on PostgreSQL. 0 at the end of the log. */
  readonly events: number;
  readonly seconds: number;
}

const name = 'relay';

class Publisher implements Subscriber {
  readonly name = name;
  private readonly sender: MessageSender;
  private readonly settings: RelaySettings;
  private acknowledged: LogPosition = logStart;
  private told: LogPosition = logStart;
  private tick: NodeJS.Timeout | undefined;
  private finished = false;

  constructor(private readonly needs: RelayNeeds) {
    this.sender = new MessageSender(needs.kafka);
    this.settings = needs.settings ?? defaultSettings;
  }

  async position(): Promise<LogPosition> {
    const stored = (await this.needs.checkpoints.read(name)) ?? logStart;
    // What is stored was acknowledged, by an earlier relay perhaps that could not tell any more.
    if (comparePositions(this.acknowledged, stored) < 0) this.acknowledged = stored;
    this.finished = false;
    this.tellSoon();
    return stored;
  }

  async handle(facts: readonly LoggedFact[]): Promise<void> {
    const last = facts.at(-1);
    if (last === undefined) return;
    const { topic, publishing, checkpoints, onSent } = this.needs;
    const began = performance.now();
    const messages = facts.map((fact) => factMessage(fact, publishing));
    await inSpansOf('relay', facts, () => this.sender.send({ topic: topic.name, messages }));
    onSent?.({
      facts: facts.length,
      ms: performance.now() - began,
      ageMs: Math.max(0, systemClock.now() - last.recordedAt),
    });
    this.acknowledged = last.place;
    await checkpoints.write(name, last.place);
    this.tellSoon();
  }

  async finish(): Promise<void> {
    this.finished = true;
    clearTimeout(this.tick);
    this.tick = undefined;
    if (comparePositions(this.told, this.acknowledged) < 0) await this.tellReached();
    await this.sender.close();
  }

  private tellSoon(): void {
    if (this.finished || comparePositions(this.told, this.acknowledged) >= 0) return;
    this.tick ??= setTimeout(() => void this.tellReached(), this.settings.reachedEveryMs);
  }

  /** True whenever it is said, however late: everything up to there was acknowledged before. */
  private async tellReached(): Promise<void> {
    this.tick = undefined;
    const place = this.acknowledged;
    const { topic, publishing, report } = this.needs;
    const { value, headers } = reachedMessage(place, systemClock.now(), publishing.source);
    const messages = Array.from({ length: topic.partitions }, (_, partition): Message => ({
      key: null,
      value,
      headers: { ...headers },
      partition,
    }));
    try {
      await this.sender.send({ topic: topic.name, messages });
      this.told = place;
    } catch (error) {
      report('reached-not-told', { error: messageOf(error) });
    }
    this.tellSoon();
  }
}

/**
 * Publishes the log: one reader, one topic, every fact in the order of the log, its checkpoint stored after the
 * acknowledgement. After a crash the facts since the checkpoint are sent again, and readers recognise them by stream and
 * revision. Two relays at once do no harm either; run it under `OnlyOneProcess` to save the work.
 */
export class Relay implements Part {
  readonly name = name;
  private readonly subscription: Subscription;

  constructor(private readonly needs: RelayNeeds) {
    const { batchSize, pollMs } = needs.settings ?? defaultSettings;
    this.subscription = new Subscription(needs.log, new Publisher(needs), needs.report, { batchSize, pollMs });
  }

  start(): void {
    this.subscription.start();
  }

  /** Ends after the batch at hand. It may be started again. */
  stop(): Promise<void> {
    return this.subscription.stop();
  }

  /** Resolves once everything up to a place in the log is acknowledged by the brokers. */
  caughtUp(position: LogPosition): Promise<void> {
    return this.subscription.caughtUp(position);
  }

  progress(): Progress {
    return this.subscription.progress();
  }

  /** Rejects with `StoreUnavailable`. */
  async lag(): Promise<Lag> {
    const { position = logStart, behindMs } = this.progress();
    const end = await this.needs.log.latest();
    if (comparePositions(position, end) >= 0) return { events: 0, seconds: 0 };
    return { events: Math.max(0, end.position - position.position), seconds: behindMs / 1_000 };
  }
}
