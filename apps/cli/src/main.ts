import 'reflect-metadata';
import { runProgram } from './program';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
// Started by a server, the program ends with it.
process.once('disconnect', () => abort.abort());

const sinks = { out: process.stdout, err: process.stderr, nowMs: () => performance.now() };

void runProgram(process.argv.slice(2), { env: process.env, sinks, signal: abort.signal }).then((code) => {
  process.exitCode = code;
  // What was interrupted may still wait for something that never comes.
  if (abort.signal.aborted) process.exit();
  process.disconnect?.();
});
