import { catalogue, projections } from '#libs/composition/contexts';
import { carryOut, type Deed } from '#libs/platform/app/reactions';
import type { Foundation } from '#libs/platform/app/foundation';
import { FedPolicies } from '#libs/platform/kafka/feed-policies';
import { FedProjections } from '#libs/platform/kafka/feed-projections';
import { repairHeld } from '#libs/platform/kafka/feed-repair';
import type { FeedTarget } from '#libs/platform/kafka/feed-target';
import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import { ensureReadSchema } from '#libs/platform/read-models/read-schema';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import { busOf } from '../bus';
import type { CommandNeeds, ExitCode } from '../command';
import { count } from '../terminal/words';
import { withFoundation, withReactions } from '../workplace';
import { ParkedReactions } from './parked-reactions';

/** What a repair counts. */
interface Tally {
  readonly mended: readonly string[];
  readonly stillHeld: readonly string[];
  /** Read models with rows that passed a fact over. */
  readonly toRebuild: readonly string[];
}

const mostParked = 100_000;

class Repair {
  private readonly mended: string[] = [];
  private readonly stillHeld: string[] = [];
  private readonly toRebuild = new Set<string>();

  constructor(
    private readonly needs: CommandNeeds,
    private readonly foundation: Foundation,
    private readonly policies: readonly AnyPolicy<Deed>[],
    /** Only this stream, or row. */
    private readonly only: string | undefined,
  ) {}

  /** Feeds first: what they held up may ask more of policies. */
  async run(): Promise<Tally> {
    await ensureReadSchema(this.foundation.platform.dataSource);
    if (this.needs.config.kafkaBrokers !== undefined) await this.feeds();
    await this.reactions();
    return { mended: this.mended, stillHeld: this.stillHeld, toRebuild: [...this.toRebuild] };
  }

  private async feeds(): Promise<void> {
    const { platform, memory, report } = this.foundation;
    const { dataSource: source, store, clock } = platform;
    const { feeds } = busOf(this.needs.config);
    const parking = new PostgresCheckpoints(source);
    const reacting = { dispatch: carryOut, parking, clock, log: store, memory, report };
    const targets: readonly (readonly [string, FeedTarget])[] = [
      [feeds.readModels, new FedProjections(source, projections)],
      [feeds.policies, new FedPolicies(source, this.policies, reacting)],
    ];
    for (const [feed, target] of targets) {
      const choice = this.only === undefined ? {} : { streamId: this.only };
      const { mended, stillHeld } = await repairHeld({ source, store, catalogue, target, report }, feed, choice);
      this.mended.push(...mended.map((streamId) => `${feed} ${streamId}`));
      this.stillHeld.push(...stillHeld.map((streamId) => `${feed} ${streamId}`));
    }
  }

  private async reactions(): Promise<void> {
    const { platform, memory, report } = this.foundation;
    const { dataSource: source, store, clock } = platform;
    const { policies } = this;
    const reactions = new ParkedReactions({ store, source, catalogue, clock, policies, memory, report });
    const parked = await new PostgresCheckpoints(source).listParked(mostParked);
    const chosen = parked.filter(({ key }) => this.only === undefined || key === this.only);
    const progress = this.needs.output.progress('giving facts another try', 'facts', chosen.length);
    for (const [index, each] of chosen.entries()) {
      const became = await reactions.retry(each);
      const name = `${each.consumer} ${each.key}`;
      if (became === 'needs-rebuild') this.toRebuild.add(each.consumer);
      else (became === 'mended' ? this.mended : this.stillHeld).push(name);
      progress.update(index + 1);
    }
    progress.finish();
  }
}

/** `regulars repair`: gives what was held up another try, once its cause is gone. The services may run meanwhile. */
export const repairCommand = (only: string | undefined, needs: CommandNeeds): Promise<ExitCode> =>
  withFoundation(needs, (foundation) =>
    withReactions(foundation, async ({ policies }) => {
      const { output } = needs;
      const { mended, stillHeld, toRebuild } = await new Repair(needs, foundation, policies, only).run();
      for (const name of stillHeld) output.tell({ event: 'still-held', name }, `${name} is still held up.`);
      for (const name of toRebuild)
        output.tell({ event: 'to-rebuild', name }, `${name} passed facts over: npx regulars rebuild ${name}`);
      output.tell(
        { event: 'repaired', mended, stillHeld, toRebuild },
        `${count(mended.length)} mended, ${count(stillHeld.length)} still held up.`,
      );
      return stillHeld.length + toRebuild.length === 0 ? 0 : 1;
    }),
  );
