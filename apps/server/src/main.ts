import 'reflect-metadata';
import { readConfig } from '#libs/platform/app/config';
import { startServer, type RunningServer } from './server';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const complain = (texts: readonly string[]): void => {
  for (const text of texts) process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

/** A signal that comes while the server still starts stops it as soon as it can be stopped in order. */
const stopOnSignal = (starting: Promise<RunningServer>): void => {
  const stop = (): void => {
    starting.then((server) => server.stop()).catch((error: unknown) => complain([String(error)]));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

const main = async (): Promise<void> => {
  const config = readConfig(process.env);
  if ('errors' in config) return complain(config.errors);
  const starting = startServer(config);
  stopOnSignal(starting);
  const server = await starting;
  say(`Regulars serves at ${server.url}`);
  say(`Documentation:     ${server.url}/docs`);
  say(`Head-office token: ${server.adminTokenPlace}`);
  if (server.demo === undefined) return;
  say('Demo chain:        being loaded; REGULARS_DEMO=off leaves an empty data folder empty');
  const { loaded, reason } = await server.demo.ended;
  if (loaded) say('Demo chain:        loaded');
  else say(`Demo chain:        cut off, to be gone on with at the next start. ${reason}`.trim());
};

main().catch((error: unknown) => complain([error instanceof Error ? error.message : String(error)]));
