import { busOf } from '../bus';
import { UsageError, type CommandNeeds, type ExitCode } from '../command';
import type { Foundation } from '#libs/platform/app/foundation';
import type { Reactions } from '#libs/platform/app/reactions';
import type { EventStore } from '#libs/platform/event-store/event-store';
import { catalogue, projections, streamKinds } from '#libs/composition/contexts';
import { publishing } from '#libs/composition/publishing';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { eventsIn } from '../log/events-in';
import { withPicture } from '../log/with-picture';
import { count, duration } from '../terminal/words';
import { withFoundation, withReactions } from '../workplace';
import { verifyBus, type BusChecked } from './distributed/verify-bus';
import { readOnlyLog, readOnlyVault } from './distributed/would-change';
import { Findings, type Report } from './findings';
import { reachesOver } from './reach';
import { tablesFrom, tablesOver } from './log-tables';
import { verifyEffects, verifyPlaces } from './verify-followers';
import { verifyLog, type LogChecked, type LogCheckNeeds } from './verify-log';
import { verifyReadModels } from './verify-read-models';

/** The options of `regulars verify`, as commander gives them. */
export interface VerifyOptions {
  readonly most: string;
  /** Whether the bus and the services on it are checked too. */
  readonly distributed?: boolean;
  /** Seconds to wait for the services. */
  readonly wait: string;
}

/** A check's surroundings. */
interface Checking {
  readonly needs: CommandNeeds;
  readonly foundation: Foundation;
  readonly report: Report;
  /** Roughly how many events there are. */
  readonly events: number;
}

const checkLog = async ({ needs, foundation, report, events }: Checking): Promise<LogChecked> => {
  const { dataSource: source, masterKey } = foundation.platform;
  const progress = needs.output.progress('checking streams', 'events', events);
  const checkIn = (tables: LogCheckNeeds['tables']): Promise<LogChecked> =>
    verifyLog({
      ...{ source, masterKey, tables, kinds: streamKinds, report },
      onProgress: (done) => progress.update(done),
    });
  const checked =
    needs.config.kurrentUrl === undefined
      ? await checkIn((connection) => Promise.resolve(tablesOver(connection)))
      : await withPicture(needs, foundation.url, (picture, files) => checkIn(() => tablesFrom(picture, files)));
  progress.finish();
  return checked;
};

/** Work with policies that cannot change anything, and the log that they look at. */
const withPolicies = <T>(
  { platform, secrets, logger, vault }: Foundation,
  work: (policies: Reactions['policies'], store: EventStore) => Promise<T>,
): Promise<T> => {
  const store = readOnlyLog(platform.store);
  const parts = {
    ...{ secrets, logger, vault: readOnlyVault(vault) },
    platform: { ...platform, store, runner: new CachedCommandRunner(store, platform.clock) },
  };
  return withReactions(parts, ({ policies }) => work(policies, store));
};

/** Where there is a bus policies are fed over it, and checked with it. */
const checkFollowers = async ({ needs, foundation, report, events }: Checking): Promise<void> => {
  const { dataSource: source, store: log } = foundation.platform;
  await verifyPlaces({ source, store: log, report });
  if (needs.config.kafkaBrokers !== undefined) return;
  const progress = needs.output.progress('checking policies', 'events', events);
  const onProgress = (done: number): void => progress.update(done);
  await withPolicies(foundation, (policies, store) =>
    verifyEffects({ source, store, catalogue, policies, report, onProgress }),
  );
  progress.finish();
};

const checkBus = ({ needs, foundation, report, events }: Checking, waitSeconds: number): Promise<BusChecked> => {
  const { dataSource: source } = foundation.platform;
  const { kafkaBrokers: brokers = [], kafkaSecurity = {}, kafkaPrefix = 'regulars' } = needs.config;
  return withPolicies(foundation, (policies, store) =>
    verifyBus({
      ...busOf(needs.config),
      ...{ source, store, catalogue, publishing, policies, report, events },
      kafka: kafkaClient({ brokers, clientId: `${kafkaPrefix}.cli`, ...kafkaSecurity }, foundation.report),
      waitMs: waitSeconds * 1_000,
      progress: (...task) => needs.output.progress(...task),
    }),
  );
};

/** Where there is a bus the tables are kept over it, which goes for a plain check too. */
const checkReadModels = async ({ needs, foundation, report, events }: Checking): Promise<void> => {
  const { dataSource: source, store } = foundation.platform;
  const { topic, feeds } = busOf(needs.config);
  const fedBy = { feed: feeds.readModels, topic, keyOf: publishing.keyOf };
  const progress = needs.output.progress('checking read models', 'events', events);
  await verifyReadModels({
    ...{ source, store, catalogue, projections, report },
    onProgress: (facts) => progress.update(facts),
    ...(needs.config.kafkaBrokers === undefined ? {} : { reaches: (connection) => reachesOver(connection, fedBy) }),
  });
  progress.finish();
};

/** `regulars verify`: checks everything that is stored against the log, and the log against itself. */
export const verifyCommand = async (
  { most, distributed = false, wait }: VerifyOptions,
  needs: CommandNeeds,
): Promise<ExitCode> => {
  if (distributed && needs.config.kafkaBrokers === undefined)
    throw new UsageError('--distributed needs KAFKA_BROKERS, and whatever else the services are set to.');
  return withFoundation(needs, async (foundation) => {
    const { output } = needs;
    const startedAt = performance.now();
    const findings = new Findings(output, Number(most));
    const events = await eventsIn(foundation.platform.dataSource);
    const checking = { needs, foundation, report: findings.report, events };
    const bus = distributed ? await checkBus(checking, Number(wait)) : undefined;
    const log = await checkLog(checking);
    await checkFollowers(checking);
    await checkReadModels(checking);
    const seconds = (performance.now() - startedAt) / 1000;
    for (const text of findings.unprinted) output.tell({ event: 'unprinted', text }, text);
    const differences = findings.total;
    const messages = bus === undefined ? '' : `, ${count(bus.messages)} messages of the bus`;
    const checked = `${count(log.events)} events of ${count(log.streams)} streams${messages} and ${projections.length} read models in ${duration(seconds)}`;
    output.tell(
      {
        event: 'verified',
        ...log,
        ...(bus && { messages: bus.messages }),
        readModels: projections.length,
        differences,
        seconds,
      },
      `Verified ${checked}: ${differences === 0 ? 'no' : count(differences)} differences.`,
    );
    return differences === 0 ? 0 : 1;
  });
};
