import { listHeld } from '#libs/platform/kafka/feed-repair';
import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import { ensureReadSchema } from '#libs/platform/read-models/read-schema';
import type { CommandNeeds, ExitCode } from '../command';
import { count } from '../terminal/words';
import { withFoundation } from '../workplace';

/** The options of `regulars held`, as commander gives them. */
export interface HeldOptions {
  readonly most: string;
}

/** `regulars held`: lists what could not be taken: streams of feeds that wait, and facts that were passed over. */
export const heldCommand = ({ most }: HeldOptions, needs: CommandNeeds): Promise<ExitCode> =>
  withFoundation(needs, async ({ platform: { dataSource: source } }): Promise<ExitCode> => {
    const { output } = needs;
    await ensureReadSchema(source);
    const streams = await listHeld({ source }, Number(most));
    for (const held of streams) {
      const { feed, streamId, revision, waiting, error, parkedAt } = held;
      const what = revision < 0 ? 'cannot be read' : `waits at revision ${revision} with ${count(waiting)} facts`;
      output.tell({ event: 'held', ...held }, `${feed}  ${streamId}  ${what}, since ${parkedAt}: ${error}`);
    }
    const facts = await new PostgresCheckpoints(source).listParked(Number(most));
    for (const parked of facts) {
      const { consumer, key, eventId, error, parkedAt } = parked;
      const text = `${consumer}  ${key}  passed over ${eventId}, since ${parkedAt}: ${error}`;
      output.tell({ event: 'parked', ...parked }, text);
    }
    if (streams.length + facts.length === 0) output.tell({ event: 'nothing-held' }, 'Nothing is held up.');
    return 0;
  });
