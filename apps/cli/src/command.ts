import type { Config } from '#libs/platform/app/config';
import type { Output } from './terminal/output';

/** What a command is given when it runs. */
export interface CommandNeeds {
  readonly config: Config;
  readonly output: Output;
  /** Aborted when the command is told to end. */
  readonly signal: AbortSignal;
}

/** How a command ended: 0 all well, 1 it failed or found differences, 2 it was called in the wrong way. */
export type ExitCode = 0 | 1 | 2;

/** The command line cannot be understood. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
