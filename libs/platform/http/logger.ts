import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** How much is logged. */
export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** The program's log: one JSON object a line. Nest's own messages go through it too. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  /** @param service noted in every line, where several programs write into one place */
  constructor(level: LogLevel, destination?: { write(line: string): void }, service?: string) {
    const options = {
      level,
      base: service === undefined ? null : { service },
      timestamp: pino.stdTimeFunctions.isoTime,
    };
    this.pino = destination === undefined ? pino(options) : pino(options, destination);
  }

  /** What went wrong and was survived: its circumstances stay fields, so that a line can be found by each of them. */
  report(problem: string, details: Readonly<Record<string, unknown>>): void {
    this.pino.warn({ problem, ...details }, problem);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.pino.info({ context: contextOf(rest) }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.pino.warn({ context: contextOf(rest) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.pino.error({ context: contextOf(rest), stack: stackOf(rest) }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.pino.fatal({ context: contextOf(rest), stack: stackOf(rest) }, String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.pino.debug({ context: contextOf(rest) }, String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.pino.trace({ context: contextOf(rest) }, String(message));
  }
}

/** Nest passes the context's name last. */
const contextOf = (rest: readonly unknown[]): string | undefined => {
  const last = rest.at(-1);
  return typeof last === 'string' && !last.includes('\n') ? last : undefined;
};

/** Nest passes a stack, when it has one, before the context's name. */
const stackOf = (rest: readonly unknown[]): string | undefined =>
  rest.find((each): each is string => typeof each === 'string' && each.includes('\n'));
