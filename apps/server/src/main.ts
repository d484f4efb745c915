import 'reflect-metadata';
import { readConfig } from './config';
import { startServer, type RunningServer } from './server';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const complain = (texts: readonly string[]): void => {
  for (const text of texts) process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

const stopOnSignal = (server: RunningServer): void => {
  const stop = (): void => void server.stop().catch((error: unknown) => complain([String(error)]));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

const main = async (): Promise<void> => {
  const config = readConfig(process.env);
  if ('errors' in config) return complain(config.errors);
  const server = await startServer(config);
  stopOnSignal(server);
  say(`Regulars serves at ${server.url}`);
  say(`Documentation:     ${server.url}/docs`);
  say(`Head-office token: ${server.adminTokenPlace}`);
};

main().catch((error: unknown) => complain([error instanceof Error ? error.message : String(error)]));
