import type { DataSource } from 'typeorm';
import type { EventStore } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { prepareReadModels, ReadModels } from '#libs/platform/read-models/read-models';
import { CacheFollower } from '#libs/platform/runtime/cache-follower';
import type { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { Lifecycle } from '#libs/platform/runtime/lifecycle';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { politePace } from '#libs/platform/runtime/polite-pace';
import type { Report } from '#libs/platform/runtime/report';
import { settle, type Follower } from '#libs/platform/runtime/settle';
import { Subscription, type Progress } from '#libs/platform/runtime/subscription';

/** What runs beside the requests. */
export interface Background {
  /** Waits until everything in the log has had its effects. */
  settled(): Promise<unknown>;
  /** How far each follower of the log has come. */
  progress(): readonly Progress[];
  stop(): Promise<void>;
}

/** What background work reads, writes and tells. */
export interface BackgroundNeeds {
  readonly store: EventStore;
  readonly runner: CachedCommandRunner;
  readonly source: DataSource;
  readonly report: Report;
  /** Every type of event in the log. */
  readonly catalogue: EventCatalogue;
  /** The read models to keep. */
  readonly projections: readonly AnyProjection[];
}

/** While tills are busy, read models take at most a quarter of the time, and wait at most this long for their turn. */
const politeness = { share: 0.25, longestMs: 200 };

/** Builds the read models that are missing, then follows the log for all that depends on it. */
export const startBackground = async (needs: BackgroundNeeds): Promise<Background> => {
  const { store, runner, source, report, catalogue, projections } = needs;
  await prepareReadModels({ source, store, catalogue }, projections);
  const tail = new LogTail(store, catalogue);
  const pace = politePace({ inFlight: () => runner.inFlight, ...politeness });
  const readModels = new ReadModels(source, tail, projections, {
    report,
    settings: { batchSize: 2_000, pollMs: 250, pace },
  });
  const cache = new Subscription(tail, new CacheFollower(runner, tail), report);
  const followers: readonly Follower[] = [cache, readModels];
  const parts = new Lifecycle([
    { name: 'state-cache', start: () => cache.start(), stop: () => cache.stop() },
    readModels,
  ]);
  await parts.start();
  return {
    settled: () => settle(tail, followers),
    progress: () => [cache.progress(), readModels.progress()],
    stop: () => parts.stop(),
  };
};
