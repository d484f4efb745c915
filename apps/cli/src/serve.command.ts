import { spawn } from 'node:child_process';
import { serverFlags } from '#libs/platform/runtime/node-flags';
import { builtProgram } from './built-program';
import type { CommandNeeds, ExitCode } from './command';

/** `regulars serve`: runs the server until it ends; signals are passed on. */
export const serveCommand = ({ signal }: CommandNeeds): Promise<ExitCode> =>
  new Promise((resolve, reject) => {
    const server = spawn(process.execPath, [...serverFlags, builtProgram('server')], { stdio: 'inherit' });
    const stop = (): void => void server.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    server.once('error', reject);
    server.once('exit', (code) => resolve(code === 0 ? 0 : 1));
  });
