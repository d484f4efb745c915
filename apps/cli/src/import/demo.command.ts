import { beginDemo, demoSource, type ImportRuns } from '#libs/platform/app/import-runs';
import type { EventStore } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';
import type { CommandNeeds, ExitCode } from '../command';
import { demoChain } from './demo-chain';
import { importAndTell, type Opened } from './import.command';

/**
 * `regulars demo`: loads the demo chain into an empty log, or goes on where a load was cut off. A log that holds
 * anything else is left alone.
 */
export const demoCommand = (needs: CommandNeeds): Promise<ExitCode> => {
  const open = async (runs: ImportRuns, store: EventStore, now: Instant): Promise<Opened> => {
    const upTo = await beginDemo(runs, store, now);
    if (upTo === undefined) return { leave: 'The log holds something already; the demo chain is not needed.' };
    return {
      rows: await demoChain(upTo),
      preset: 'auto-club',
      onError: 'stop',
      finished: () => runs.finish(demoSource),
    };
  };
  return importAndTell(needs, open);
};
