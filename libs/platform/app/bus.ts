import type { DataSource } from 'typeorm';
import type { ZodType } from 'zod';
import type { EventStore } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Publishing } from '#libs/platform/kafka/cloud-event';
import { consumptionWithin, type ConsumptionSettings } from '#libs/platform/kafka/consumption';
import { Feed } from '#libs/platform/kafka/feed';
import type { FeedTarget } from '#libs/platform/kafka/feed-target';
import { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { Ingress, type IngressNeeds } from '#libs/platform/kafka/ingress';
import { Relay } from '#libs/platform/kafka/relay';
import { ensureTopics, topicsOf, type Topics } from '#libs/platform/kafka/topics';
import { inSpansOf } from '#libs/platform/observability/tracing';
import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import type { LogTail } from '#libs/platform/runtime/log-tail';
import type { Report } from '#libs/platform/runtime/report';
import type { Progress } from '#libs/platform/runtime/subscription';
import type { KafkaSecurity } from './kafka-settings';

/** Where the bus is and how it is used. */
export interface BusSettings {
  readonly brokers: readonly string[];
  readonly security?: KafkaSecurity;
  /** Before the names of topics and groups, so that installations can share brokers. */
  readonly prefix: string;
  /** Copies of every message. */
  readonly replication: number;
  /** How soon others take over from a process that died without a word, seconds. */
  readonly sessionSeconds?: number;
  /** The program's name, shown in the brokers' logs. */
  readonly service: string;
}

/** How tickets from other systems are read and booked. */
export type TicketIntake<Schema extends ZodType> = Pick<IngressNeeds<Schema>, 'schema' | 'dispatch' | 'onTicket'>;

/** What goes over the bus, and where it is looked up. */
export interface BusNeeds {
  readonly store: EventStore;
  readonly source: DataSource;
  readonly catalogue: EventCatalogue;
  readonly report: Report;
}

/** A target whose work is seen in the traces of the facts that it takes. */
const traced = (name: string, target: FeedTarget): FeedTarget => ({
  ...(target.wants === undefined ? {} : { wants: target.wants }),
  ready: () => target.ready(),
  before: (facts) => inSpansOf(name, facts, () => target.before(facts)),
  within: (facts, send) => inSpansOf(name, facts, () => target.within(facts, send)),
  reached: (place) => target.reached(place),
});

/** A feed among the other followers of the log. */
export interface BusFollower {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
  caughtUp(position: Progress['position'] & object): Promise<void>;
  progress(): Progress;
}

/** The bus of one process: publishes the log, or brings it to whoever keeps read models or reacts. */
export class Bus {
  private constructor(
    private readonly kafka: ReturnType<typeof kafkaClient>,
    private readonly topics: Topics,
    private readonly settings: BusSettings,
    private readonly needs: BusNeeds,
  ) {}

  /** Makes the topics that are missing. Rejects when the brokers cannot be reached. */
  static async open(settings: BusSettings, needs: BusNeeds): Promise<Bus> {
    const { brokers, security = {}, prefix, replication, service } = settings;
    const kafka = kafkaClient({ brokers, clientId: `${prefix}.${service}`, ...security }, needs.report);
    const topics = topicsOf(prefix);
    await ensureTopics(kafka, Object.values(topics), { replicationFactor: replication });
    return new Bus(kafka, topics, settings, needs);
  }

  /** Brings every fact to a target; any number of processes share the work under the same name. */
  feed(name: string, target: FeedTarget): BusFollower {
    const { store, source, catalogue, report } = this.needs;
    const feed = new Feed({
      name: `${this.settings.prefix}.${name}`,
      kafka: this.kafka,
      topic: this.topics.facts,
      target: traced(`feed:${name}`, target),
      store,
      source,
      catalogue,
      report,
      settings: this.consumption,
    });
    return {
      name: feed.name,
      start: () => feed.start(),
      stop: () => feed.stop(),
      caughtUp: (position) => feed.caughtUp(position),
      progress: () => {
        const { position, failures, secondsBehind } = feed.progress();
        return { name: `feed:${name}`, position, failures, behindMs: secondsBehind * 1_000 };
      },
    };
  }

  /** Takes in tickets from other systems; any number of processes share the work. */
  ingress<Schema extends ZodType>(intake: TicketIntake<Schema>): Ingress<Schema> {
    const { kafka, topics, consumption } = this;
    const groupId = `${this.settings.prefix}.ingress`;
    return new Ingress({ kafka, topics, groupId, report: this.needs.report, settings: consumption, ...intake });
  }

  /** Publishes the log; one process at a time should. */
  relay(log: LogTail, publishing: Publishing): Relay {
    const { source, report } = this.needs;
    const checkpoints = new PostgresCheckpoints(source);
    return new Relay({ kafka: this.kafka, topic: this.topics.facts, log, checkpoints, publishing, report });
  }

  private get consumption(): Partial<ConsumptionSettings> {
    const { sessionSeconds } = this.settings;
    return sessionSeconds === undefined ? {} : consumptionWithin(sessionSeconds);
  }
}
