import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ImportedTicket, TicketRows } from '../imported-ticket';
import { openPurchaseLog, type OpenSettings } from '../purchase-log';

/** A folder for one test file's purchase logs. */
export interface LogFolder {
  /** Writes a file, packed if its name ends in `.gz`, and gives its path. */
  file(name: string, lines: readonly string[]): Promise<string>;
  remove(): Promise<void>;
  readonly path: string;
}

export const logFolder = async (): Promise<LogFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'regulars-log-'));
  return {
    path,
    file: async (name, lines) => {
      const text = lines.map((line) => `${line}\n`).join('');
      await writeFile(join(path, name), name.endsWith('.gz') ? gzipSync(text) : text);
      return join(path, name);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
};

/** Everything a log holds, or its part after a position. */
export const readTickets = async (
  source: TicketRows,
  settings: OpenSettings & { readonly after?: string } = {},
): Promise<ImportedTicket[]> => {
  const log = await openPurchaseLog(source, settings);
  const tickets: ImportedTicket[] = [];
  try {
    for await (const ticket of log.tickets(settings.after)) tickets.push(ticket);
  } finally {
    await log.close();
  }
  return tickets;
};
