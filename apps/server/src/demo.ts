import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '#libs/platform/app/config';
import { beginDemo, ImportRuns } from '#libs/platform/app/import-runs';
import type { Platform } from '#libs/platform/http/platform.module';
import { toText } from '#libs/platform/kernel/instant';
import { VirtualClock } from '#libs/platform/runtime/clock';
import type { DataSource } from 'typeorm';

/** The command line's program, as built beside this one. */
const program = join(__dirname, '..', '..', 'cli', 'src', 'main.js');

/** The demo chain on its way into the log. */
export interface DemoLoad {
  /** Resolves when it ends: whether all of it is there, and else why not. Never rejects. */
  readonly ended: Promise<{ readonly loaded: boolean; readonly reason: string }>;
  /** Cuts the load off; the next start goes on with it. */
  stop(): Promise<void>;
}

const environmentOf = (config: Config, { clock }: Pick<Platform, 'clock'>): NodeJS.ProcessEnv => ({
  ...process.env,
  REGULARS_DATA_DIR: config.dataDir,
  ...(clock instanceof VirtualClock ? { REGULARS_CLOCK: 'virtual', REGULARS_NOW: toText(clock.now()) } : {}),
});

const endOf = (child: ChildProcess): DemoLoad['ended'] =>
  new Promise((resolve) => {
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = text.trim()));
    child.once('error', ({ message }) => resolve({ loaded: false, reason: message }));
    child.once('close', (code) => resolve({ loaded: code === 0, reason: complaint }));
  });

/**
 * Loads the demo chain into the embedded database while the server answers already, or goes on where a load was cut
 * off; undefined when there is nothing to load. To be called before anybody is let in: what they do at once must not pass
 * for a log that is in use already. A process of its own does it, which ends with this one, however it ends.
 */
export const startDemo = async (
  config: Config,
  platform: Platform & { readonly dataSource: DataSource },
): Promise<DemoLoad | undefined> => {
  if (!config.demo || config.databaseUrl !== undefined) return undefined;
  const { store, clock, dataSource } = platform;
  if ((await beginDemo(await ImportRuns.open(dataSource), store, clock.now())) === undefined) return undefined;
  const child = fork(program, ['demo'], {
    env: environmentOf(config, platform),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = endOf(child);
  return {
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};
