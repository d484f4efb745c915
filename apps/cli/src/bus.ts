import type { Config } from '#libs/platform/app/config';
import { topicsOf, type Topic } from '#libs/platform/kafka/topics';

/** The feeds of a chain of services, by what they are for. */
export interface FeedNames {
  readonly readModels: string;
  readonly policies: string;
}

/** What the services of these settings have between them. */
export interface BusNames {
  readonly topic: Topic;
  readonly feeds: FeedNames;
}

/** The topic of facts and the feeds, as the services of these settings call them. */
export const busOf = ({ kafkaPrefix: prefix = 'regulars' }: Pick<Config, 'kafkaPrefix'>): BusNames => ({
  topic: topicsOf(prefix).facts,
  feeds: { readModels: `${prefix}.read-models`, policies: `${prefix}.policies` },
});
