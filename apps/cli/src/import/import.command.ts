import { readFile } from 'node:fs/promises';
import { ImportRuns } from '#libs/platform/app/import-runs';
import type { EventStore } from '#libs/platform/event-store/event-store';
import { currency as isoCurrency } from '#libs/platform/http/fields';
import type { Instant } from '#libs/platform/kernel/instant';
import { isTimeZone } from '#libs/platform/kernel/zone-offset';
import { isPresetCode, presetCodes } from '#libs/programme/src/contract';
import { UsageError, type CommandNeeds, type ExitCode } from '../command';
import { count, duration, rate } from '../terminal/words';
import { withWorkplace } from '../workplace';
import { cdnow } from './cdnow';
import { completeJourney } from './complete-journey';
import { parseMapping } from './csv-mapping';
import { ImportDesk } from './desk';
import type { ReadProgress } from './file-rows';
import type { TicketRows } from './imported-ticket';
import { mappedCsv } from './mapped-csv';
import { ImportStopped, runImport, type ImportReport, type ImportSettings } from './run-import';

/** The options of `regulars import`, as commander gives them. */
export interface ImportOptions {
  readonly format: string;
  readonly products?: string;
  readonly mapping?: string;
  readonly preset: string;
  readonly storeZone?: string;
  readonly currency?: string;
  readonly onError: string;
  readonly fromStart?: boolean;
}

/** The formats that can be read. */
export const formats = ['completejourney', 'cdnow', 'csv'] as const;

const mappingOf = async ({ mapping, storeZone }: ImportOptions) => {
  if (mapping === undefined) throw new UsageError('--format csv needs --mapping <file>.');
  const parsed = parseMapping(await readFile(mapping, 'utf8'));
  return storeZone === undefined ? parsed : { ...parsed, timeZone: storeZone };
};

const read = async (path: string, options: ImportOptions, onProgress: ReadProgress): Promise<TicketRows> => {
  const zone = options.storeZone === undefined ? {} : { timeZone: options.storeZone };
  const products = options.products === undefined ? {} : { productsPath: options.products };
  switch (options.format) {
    case 'completejourney':
      return completeJourney({ path, onProgress, ...products, ...zone });
    case 'cdnow':
      return cdnow({ path, onProgress, ...zone });
    case 'csv':
      return mappedCsv({ path, onProgress, mapping: await mappingOf(options) });
    default:
      throw new UsageError(`--format is one of ${formats.join(', ')}.`);
  }
};

const checked = ({ preset, onError, currency, storeZone }: ImportOptions) => {
  if (!isPresetCode(preset)) throw new UsageError(`--preset is one of ${presetCodes.join(', ')}.`);
  if (onError !== 'stop' && onError !== 'skip') throw new UsageError('--on-error is stop or skip.');
  if (currency !== undefined && !isoCurrency.safeParse(currency).success)
    throw new UsageError('--currency is an ISO 4217 currency such as AUD.');
  if (storeZone !== undefined && !isTimeZone(storeZone))
    throw new UsageError('--store-zone is an IANA time zone such as Australia/Melbourne.');
  return { preset, onError } as const;
};

/** What an import came to, in words. */
export const importText = (name: string, { left, ...report }: ImportReport): string => {
  const { tickets, lines, booked, known, before, stores, seconds } = report;
  const found = `${name}: ${count(tickets)} tickets of ${count(lines)} lines.`;
  const already = before + known === 0 ? '' : ` ${count(before + known)} were booked before.`;
  const out = left.length === 0 ? '' : ` ${count(left.length)} were left out.`;
  const opened = stores === 0 ? '' : ` ${count(stores)} stores were opened.`;
  const did =
    booked === 0
      ? 'Nothing new was booked.'
      : `${count(booked)} were booked in ${duration(seconds)} (${rate(booked / seconds)}).`;
  return `${found} ${did}${already}${out}${opened}`;
};

/** What is to be imported, or why nothing is. */
export type Opened = (ImportSettings & { readonly finished?: () => Promise<void> }) | { readonly leave: string };

const tellStop = ({ output }: CommandNeeds, { problem: { file, row, reason }, message, booked }: ImportStopped): void =>
  output.complain(
    { event: 'stopped', file, row, reason, booked },
    `${message}\nThe import stopped there; ${count(booked)} tickets were booked. Run it again to go on, with --on-error skip to leave such rows out.`,
  );

/** Imports and tells what came of it. */
export const importAndTell = async (
  needs: CommandNeeds,
  open: (runs: ImportRuns, store: EventStore, now: Instant) => Promise<Opened>,
): Promise<ExitCode> =>
  withWorkplace(needs, async (workplace) => {
    const { output, signal } = needs;
    const { dataSource, store, clock } = workplace.platform;
    const runs = await ImportRuns.open(dataSource);
    const now = (): Instant => clock.now();
    const opened = await open(runs, store, now());
    if ('leave' in opened) {
      output.tell({ event: 'nothing-to-import', reason: opened.leave }, opened.leave);
      return 0;
    }
    const { name } = opened.rows;
    try {
      const report = await runImport(opened, { desk: new ImportDesk(workplace), runs, output, now, signal });
      await opened.finished?.();
      await workplace.settled();
      output.tell({ event: 'imported', name, ...report, left: report.left.length }, importText(name, report));
      return report.left.length === 0 ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ImportStopped)) throw error;
      tellStop(needs, error);
      return 1;
    }
  });

/** `regulars import`. */
export const importCommand = async (path: string, options: ImportOptions, needs: CommandNeeds): Promise<ExitCode> => {
  const { preset, onError } = checked(options);
  const { output } = needs;
  const reading = output.progress('reading', 'bytes', 1);
  const rows = await read(path, options, (bytes, total) => {
    reading.expect(total);
    reading.update(bytes);
    if (bytes === total) reading.finish();
  });
  const { currency, fromStart } = options;
  return importAndTell(needs, async () => ({
    rows: currency === undefined ? rows : { ...rows, currency },
    preset,
    onError,
    ...(fromStart === undefined ? {} : { fromStart }),
  }));
};
