import { Logger } from '@nestjs/common';
import { PinoLogger, type LogLevel } from './logger';

const logging = (level: LogLevel) => {
  const lines: string[] = [];
  const logger = new PinoLogger(level, { write: (line) => void lines.push(line) });
  return { logger, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
};

it('writes one JSON object a line, with the time and Nest’s context', () => {
  const { logger, entries } = logging('info');
  logger.log('started', 'NestFactory');
  expect(entries()).toEqual([{ level: 30, time: expect.stringMatching(/Z$/), context: 'NestFactory', msg: 'started' }]);
});

it('keeps a stack beside the message', () => {
  const { logger, entries } = logging('error');
  logger.error('broken', 'Error: broken\n    at somewhere', 'http');
  logger.fatal('gone', 'Error: gone\n    at elsewhere');
  expect(entries()).toMatchObject([
    { msg: 'broken', context: 'http', stack: 'Error: broken\n    at somewhere' },
    { msg: 'gone', stack: 'Error: gone\n    at elsewhere' },
  ]);
});

it.each<[LogLevel, readonly string[]]>([
  ['silent', []],
  ['error', ['error', 'fatal']],
  ['warn', ['warn', 'error', 'fatal']],
  ['info', ['log', 'warn', 'error', 'fatal']],
  ['debug', ['log', 'warn', 'error', 'fatal', 'debug']],
  ['trace', ['log', 'warn', 'error', 'fatal', 'debug', 'verbose']],
])('at %s writes %j', (level, written) => {
  const { logger, entries } = logging(level);
  for (const name of ['log', 'warn', 'error', 'fatal', 'debug', 'verbose'] as const) logger[name](name);
  expect(entries().map(({ msg }) => msg)).toEqual(written);
});

it('is what Nest’s own loggers write to', () => {
  const { logger, entries } = logging('warn');
  Logger.overrideLogger(logger);
  new Logger('http').warn('slow');
  expect(entries()).toMatchObject([{ msg: 'slow', context: 'http' }]);
});
