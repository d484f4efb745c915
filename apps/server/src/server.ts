import { openDatabase } from '#libs/platform/postgres/database';
import { VirtualClock, type Clock } from '#libs/platform/runtime/clock';
import { Background } from '#libs/platform/app/background';
import { serve } from '#libs/platform/app/serve';
import { VirtualClockModule } from './clock.controller';
import type { Config } from '#libs/platform/app/config';
import { catalogue, contextModules, projections, reactionsIn } from '#libs/composition/contexts';
import { startDemo, type DemoLoad } from './demo';
import { openFoundation } from '#libs/platform/app/foundation';
import { Undo } from '#libs/platform/app/undo';
import { operationsRoles } from '#libs/organisation/src/contract';

/** A server that answers. */
export interface RunningServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Where head office's token is found: a path or the name of a setting, never the token. */
  readonly adminTokenPlace: string;
  /** The demo chain, when it is being loaded. */
  readonly demo: DemoLoad | undefined;
  /** Answers what is under way, then closes everything, its PostgreSQL included. */
  stop(): Promise<void>;
}

const virtualTime = (clock: Clock, background: Background) =>
  clock instanceof VirtualClock
    ? [VirtualClockModule.forRoot({ clock, moveTo: (instant) => background.moveClock(clock, instant) })]
    : [];

const open = async (config: Config, undo: Undo): Promise<Omit<RunningServer, 'stop'>> => {
  const foundation = await openFoundation(config, undo, { open: openDatabase, projections, service: 'server' });
  const { platform, memory, secrets, vault, report } = foundation;
  const { store, clock, dataSource: source } = platform;
  const background = undo.add(
    await Background.start({ store, memory, source, report, catalogue, projections }),
    (started) => started.stop(),
  );
  const { adminTokenPlace } = secrets;
  const contexts = [...contextModules({ ...secrets, vault }), ...virtualTime(clock, background)];
  const app = await serve(config, undo, { foundation, background, contexts, operationsRoles });
  await background.react(reactionsIn(app), clock);
  const demo = undo.add(await startDemo(config, platform), async (load) => load?.stop());
  await app.listen(config.port, config.host);
  return { url: await app.getUrl(), adminTokenPlace, demo };
};

/** Starts the server whole. When any part does not start, those that did are stopped again and the reason is thrown. */
export const startServer = async (config: Config): Promise<RunningServer> => {
  const undo = new Undo();
  try {
    return { ...(await open(config, undo)), stop: () => undo.all() };
  } catch (error) {
    await undo.all().catch(() => undefined);
    throw error;
  }
};
