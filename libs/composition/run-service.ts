import { readConfig } from '#libs/platform/app/config';
import { faultsOf, startService, type Service } from './service';

const complain = (texts: readonly string[]): void => {
  for (const text of texts) process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

const run = async (service: Service): Promise<void> => {
  const config = readConfig(process.env);
  if ('errors' in config) return complain(config.errors);
  const faults = faultsOf(config, service);
  if (faults.length > 0) return complain(faults);
  const starting = startService(config, service);
  // A signal that comes while the service still starts stops it as soon as it can be stopped in order.
  const stop = (): void => {
    starting
      .then((started) => started.stop())
      .then(() => {
        if (process.connected) process.disconnect();
      })
      .catch((error: unknown) => complain([String(error)]));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Started by another program, a service ends with it.
  process.once('disconnect', stop);
  const { url } = await starting;
  process.stdout.write(`The ${service.name} serves at ${url}\n`);
};

/** Runs a service as this process, with the settings of its environment, until it is told to end. */
export const runService = (service: Service): void => {
  run(service).catch((error: unknown) => complain([error instanceof Error ? error.message : String(error)]));
};
