import 'reflect-metadata';
import { runProgram } from './program';

const abort = new AbortController();
/** Told once, the program closes in order; told again, it exits at once, as shells count it. */
const interrupt = (): void => {
  if (abort.signal.aborted) process.exit(130);
  abort.abort();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
// Started by a server, the program ends with it.
process.once('disconnect', () => abort.abort());

const sinks = { out: process.stdout, err: process.stderr, nowMs: () => performance.now() };

void runProgram(process.argv.slice(2), { env: process.env, sinks, signal: abort.signal }).then((code) => {
  process.exitCode = code;
  // What was interrupted may still wait for something that never comes.
  if (abort.signal.aborted) process.exit();
  process.disconnect?.();
});
