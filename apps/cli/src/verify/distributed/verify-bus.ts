import type { DataSource } from 'typeorm';
import type { Deed } from '#libs/platform/app/reactions';
import { comparePositions, logStart, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import type { Publishing } from '#libs/platform/kafka/cloud-event';
import { loggedCopy, publishedCopy } from '#libs/platform/kafka/fact-copy';
import type { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { extentsOf, readTopic, type Extent } from '#libs/platform/kafka/topic-reader';
import { partitionOf } from '#libs/platform/kafka/topics';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { LoggedFact } from '#libs/platform/runtime/fact';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import type { BusNames } from '../../bus';
import type { Output } from '../../terminal/output';
import type { Report } from '../findings';
import { catchUp, followersOf } from './catch-up';
import { Copies } from './copies';
import { EffectCheck } from './effect-check';
import { checkFeed, noteFeeds } from './feed-check';
import { checkTopic } from './topic-check';

/** What checking the bus needs. */
export interface BusCheckNeeds extends BusNames {
  readonly kafka: ReturnType<typeof kafkaClient>;
  readonly source: DataSource;
  readonly store: EventStore;
  readonly catalogue: EventCatalogue;
  readonly publishing: Publishing;
  /** Policies that cannot change anything, see {@link EffectCheck}. */
  readonly policies: readonly AnyPolicy<Deed>[];
  /** How long to wait for the services to come to the end of the log, ms. */
  readonly waitMs: number;
  readonly report: Report;
  readonly progress: Output['progress'];
  /** Roughly how many events there are. */
  readonly events: number;
}

/** How much was checked. */
export interface BusChecked {
  readonly events: number;
  readonly messages: number;
}

const factsAtOnce = 4_000;

/** Counts events of the log up to places in it. */
class Counts {
  private readonly numbers = new Map<string, number>();
  events = 0;

  constructor(private readonly places: ReadonlyMap<string, LogPosition>) {}

  add(place: LogPosition): number {
    this.events += 1;
    for (const [name, until] of this.places)
      if (comparePositions(place, until) <= 0) this.numbers.set(name, this.events);
    return this.events;
  }

  upTo(name: string): number {
    return this.numbers.get(name) ?? 0;
  }
}

class BusCheck {
  private messages = 0;

  constructor(
    private readonly needs: BusCheckNeeds,
    private readonly copies: Copies,
  ) {}

  async run(): Promise<BusChecked> {
    const { kafka, topic, feeds, report } = this.needs;
    const names = [feeds.readModels, feeds.policies];
    const places = await this.wait(names);
    // First what follows the log, then the log: whatever they speak of is in it.
    const notes = await noteFeeds(this.copies, topic.name, names);
    const extents = await extentsOf(kafka, topic);
    const counts = new Counts(places);
    const effects = await this.effects(places.get(feeds.policies) ?? logStart);
    await this.readLog(counts, effects);
    await this.readBus(extents);
    await this.copies.complete();
    const { copies } = this;
    await checkTopic({ copies, topic: topic.name, extents, due: counts.upTo('relay'), report });
    for (const each of notes) await checkFeed({ copies, notes: each, extents, due: counts.upTo(each.feed), report });
    await effects.finish();
    return { events: counts.events, messages: this.messages };
  }

  private async wait(feeds: readonly string[]): Promise<ReadonlyMap<string, LogPosition>> {
    const { source, store, topic, waitMs, report } = this.needs;
    const followers = followersOf(source, topic, feeds);
    const progress = this.needs.progress('waiting for the services', 'of them', followers.length);
    const onProgress = (arrived: number): void => progress.update(arrived);
    const places = await catchUp({ store, followers, waitMs, report, onProgress });
    progress.finish();
    return places;
  }

  private async effects(due: LogPosition): Promise<EffectCheck> {
    const { store, source, policies, report } = this.needs;
    const late = policies.filter(({ from }) => from === 'now').map(({ name }) => `policy:${name}`);
    const began = await source.query<(LogPosition & { readonly name: string })[]>(
      'SELECT name, xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = ANY($1)',
      [late],
    );
    const beginnings = new Map(began.map(({ name, ...place }) => [name.slice('policy:'.length), place]));
    return new EffectCheck({ store, copies: this.copies, policies, dueOf: () => due, beginnings, report });
  }

  private async readLog(counts: Counts, effects: EffectCheck): Promise<void> {
    const { store, catalogue, publishing, topic, events } = this.needs;
    const progress = this.needs.progress('reading the log, and what policies made of it', 'events', events);
    const until = await store.head();
    let after = logStart;
    while (comparePositions(after, until) < 0) {
      const page = await store.readAll(after, factsAtOnce);
      const last = page.at(-1);
      if (last === undefined) break;
      after = { xid: last.xid, position: last.position };
      const facts = page.map((event) => new LoggedFact(event, catalogue));
      await this.copies.log.add(
        facts.map((fact) => {
          const key = publishing.keyOf(fact.streamId);
          const number = counts.add(fact.place);
          return { ...loggedCopy(fact, publishing), number, key, partition: partitionOf(key, topic) };
        }),
      );
      await effects.take(facts);
      progress.update(counts.events);
    }
    progress.finish();
  }

  private async readBus(extents: readonly Extent[]): Promise<void> {
    const { kafka, topic, catalogue, publishing } = this.needs;
    const total = extents.reduce((sum, { low, end }) => sum + end - low, 0);
    const progress = this.needs.progress('reading the bus', 'messages', total);
    await readTopic({
      ...{ kafka, topic, extents },
      take: async (partition, messages) => {
        this.messages += messages.length;
        progress.update(this.messages);
        await this.copies.bus.add(
          messages.flatMap((message) => {
            const copy = publishedCopy(message, catalogue, publishing);
            return copy === undefined ? [] : [{ ...copy, partition, offset: Number(message.offset) }];
          }),
        );
      },
    });
    progress.finish();
  }
}

/**
 * Checks what a chain of services made of its log: every event on the topic, each member's in order; feeds that dealt
 * with all of it; policies that had their effects, and once. Waits first, for so long, until the services have come to
 * the end of the log. Changes nothing. Rejects when the brokers or the database cannot be reached.
 */
export const verifyBus = async (needs: BusCheckNeeds): Promise<BusChecked> => {
  const connection = needs.source.createQueryRunner();
  try {
    const copies = await Copies.create(connection);
    try {
      return await new BusCheck(needs, copies).run();
    } finally {
      await copies.drop();
    }
  } finally {
    await connection.release();
  }
};
