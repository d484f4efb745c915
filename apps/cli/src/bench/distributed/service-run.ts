import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { serviceFlags } from '#libs/platform/runtime/node-flags';
import { builtProgram } from '../../built-program';
import { memoryOf } from '../bench-club';
import type { Environment } from './chain-ground';

const startWithinMs = 60_000;

/** A service as a process of its own. */
export class ServiceRun {
  private constructor(
    private readonly child: ChildProcess,
    private readonly exited: Promise<unknown>,
  ) {}

  /** Starts it; resolves when it serves. Rejects with its own words when it ends instead. */
  static async start(name: 'relay' | 'worker', env: Environment): Promise<ServiceRun> {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [...serviceFlags, builtProgram(name)], {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const run = new ServiceRun(child, once(child, 'exit'));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const fail = (): void => reject(new Error(`The ${name} did not start. ${said}`));
      const patience = setTimeout(fail, startWithinMs);
      child.once('exit', fail);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (said.includes('serves at')) return;
        said += text;
        if (!said.includes('serves at')) return;
        clearTimeout(patience);
        child.off('exit', fail);
        resolve();
      });
    });
    return run;
  }

  /** Memory that it holds, bytes. */
  memory(): Promise<number> {
    return memoryOf(this.child.pid ?? 0);
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }
}

/** Works while so many services of a kind run. */
export const withServices = async <T>(
  names: readonly ('relay' | 'worker')[],
  env: Environment,
  work: (services: readonly ServiceRun[]) => Promise<T>,
): Promise<T> => {
  const started = await Promise.allSettled(names.map((name) => ServiceRun.start(name, env)));
  const services = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    for (const each of started) if (each.status === 'rejected') throw each.reason;
    return await work(services);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
  }
};
