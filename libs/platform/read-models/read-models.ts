import type { DataSource } from 'typeorm';
import type { LogTail } from '#libs/platform/runtime/log-tail';
import type { Report } from '#libs/platform/runtime/report';
import { Subscription, defaultSubscriptionSettings } from '#libs/platform/runtime/subscription';
import type { Progress, SubscriptionSettings } from '#libs/platform/runtime/subscription';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Part } from '#libs/platform/runtime/lifecycle';
import type { AnyProjection } from './projection';
import { Projector } from './projector';
import { ensureReadSchema } from './read-schema';
import { rebuild } from './rebuild';
import type { RebuildNeeds } from './replay';

/** Who keeps tables up to date once they are built: one reader of the log, or feeds over the bus. */
export type Keeper = 'log' | 'bus';

/**
 * Builds whatever is missing or of another version. Read models that are up to date are left alone, unless they were
 * last kept by feeds and are to be kept from the log again: then only building them tells which facts they hold.
 */
export const prepareReadModels = async (
  needs: RebuildNeeds,
  projections: readonly AnyProjection[],
  keeper: Keeper = 'log',
): Promise<readonly string[]> => {
  await ensureReadSchema(needs.source);
  const known = await needs.source.query<{ readonly name: string; readonly version: number }[]>(
    'SELECT name, version FROM read.checkpoints WHERE NOT fed OR $1',
    [keeper === 'bus'],
  );
  const missing = projections.filter(
    ({ name, version }) => !known.some((checkpoint) => checkpoint.name === name && checkpoint.version === version),
  );
  if (missing.length > 0) await rebuild(needs, missing);
  return missing.map(({ name }) => name);
};

/** The read models of a process, kept up to date while it runs. Prepare them first: see {@link prepareReadModels}. */
export class ReadModels implements Part {
  readonly name = 'read-models';
  private readonly projector: Projector;
  private readonly subscription: Subscription;

  constructor(
    source: DataSource,
    log: LogTail,
    projections: readonly AnyProjection[],
    needs: { readonly report: Report; readonly settings?: SubscriptionSettings },
  ) {
    this.projector = new Projector(source, projections, needs.report);
    this.subscription = new Subscription(
      log,
      this.projector,
      needs.report,
      needs.settings ?? defaultSubscriptionSettings,
    );
  }

  start(): void {
    this.subscription.start();
  }

  async stop(): Promise<void> {
    this.projector.abandon();
    await this.subscription.stop();
  }

  /** Resolves once the tables hold everything up to a place in the log. */
  caughtUp(position: LogPosition): Promise<void> {
    return this.subscription.caughtUp(position);
  }

  progress(): Progress {
    return this.subscription.progress();
  }
}
