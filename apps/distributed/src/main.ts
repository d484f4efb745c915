import 'reflect-metadata';
import { readConfig } from '#libs/platform/app/config';
import { startDistributed } from './distributed';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const complain = (texts: readonly string[]): void => {
  for (const text of texts) process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

/** `--workers N` and the path of a file with settings, which the environment goes before. */
const readArguments = (args: readonly string[]): { readonly workers: number } | undefined => {
  const rest = [...args];
  const at = rest.indexOf('--workers');
  const [, count = '1'] = at < 0 ? [] : rest.splice(at, 2);
  if (!/^[1-9]$/.test(count) || rest.length > 1 || rest[0]?.startsWith('-') === true) return undefined;
  if (rest[0] !== undefined) process.loadEnvFile(rest[0]);
  return { workers: Number(count) };
};

const main = async (): Promise<void> => {
  const args = readArguments(process.argv.slice(2));
  if (args === undefined) return complain(['Usage: npm run start:distributed -- [--workers 1-9] [file with settings]']);
  const config = readConfig(process.env);
  if ('errors' in config) return complain(config.errors);
  const starting = startDistributed({ config, env: process.env, say, ...args });
  const stop = (): void => {
    starting.then((chain) => chain.stop()).catch((error: unknown) => complain([String(error)]));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const { urls, bus } = await starting;
  if ('missing' in bus) say(`No Kafka: ${bus.missing}. Workers read the log itself, and there is no relay.`);
  else say(`Kafka:             ${bus.brokers}`);
  for (const [name, url] of urls) say(`${`${name}:`.padEnd(19)}${url}`);
  say('All services run.');
};

main().catch((error: unknown) => complain([error instanceof Error ? error.message : String(error)]));
