import { demoIsDue, demoSource, type ImportRuns } from '#libs/platform/app/import-runs';
import type { EventStore } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';
import type { CommandNeeds, ExitCode } from '../command';
import { demoChain } from './demo-chain';
import { importAndTell, type Opened } from './import.command';

const begun = async (runs: ImportRuns, now: Instant): Promise<Instant> => {
  const { settings } = await runs.begin(demoSource, { now });
  return typeof settings['now'] === 'number' ? settings['now'] : now;
};

/**
 * `regulars demo`: loads the demo chain into an empty log, or goes on where a load was cut off. A log that holds
 * anything else is left alone.
 */
export const demoCommand = (needs: CommandNeeds): Promise<ExitCode> => {
  const open = async (runs: ImportRuns, store: EventStore, now: Instant): Promise<Opened> => {
    if (!(await demoIsDue(runs, store)))
      return { leave: 'The log holds something already; the demo chain is not needed.' };
    const rows = await demoChain(await begun(runs, now));
    return { rows, preset: 'auto-club', onError: 'stop', finished: () => runs.finish(demoSource) };
  };
  return importAndTell(needs, open);
};
