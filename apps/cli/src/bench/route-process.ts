import { fork } from 'node:child_process';
import { once } from 'node:events';
import { builtProgram } from '../built-program';
import { serveRoute, type RouteSettings } from './routes';

/** Runs a route in a process of its own for as long as the work takes. */
export const withRoute = async <T>(settings: RouteSettings, work: (url: string) => Promise<T>): Promise<T> => {
  const child = fork(builtProgram('cli'), ['bench-route', JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  try {
    const [url] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('The route did not start.'))),
    ])) as [string];
    return await work(url);
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
};

/** The other side: serves until the process is ended, and tells its parent the address. */
export const runRoute = async (text: string, signal: AbortSignal): Promise<void> => {
  const url = await serveRoute(JSON.parse(text) as RouteSettings);
  process.send?.(url);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
};
