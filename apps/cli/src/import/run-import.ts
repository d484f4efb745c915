import type { ImportRuns } from '#libs/platform/app/import-runs';
import type { PresetCode } from '#libs/programme/src/contract';
import type { Output } from '../terminal/output';
import { BookingQueue } from './booking-queue';
import type { Booking, ImportDesk } from './desk';
import { BadRow, type ImportedTicket, type TicketRows } from './imported-ticket';
import { numbered, type NumberedRows } from './numbering';
import { openPurchaseLog, type PurchaseLog } from './purchase-log';

/** How an import is run. */
export interface ImportSettings {
  readonly rows: TicketRows;
  /** Published when the chain has no programme yet. */
  readonly preset: PresetCode;
  /** Whether a row or ticket that cannot be booked ends the import or is listed and left out. */
  readonly onError: 'stop' | 'skip';
  /** Tells every ticket again, even those that an earlier run has dealt with. */
  readonly fromStart?: boolean;
}

/** What an import works with. */
export interface ImportNeeds {
  readonly desk: ImportDesk;
  readonly runs: ImportRuns;
  readonly output: Output;
  /** Now, for the opening of stores. */
  readonly now: () => number;
  /** Ends the import between two rows or tickets; what is under way is booked to its end. */
  readonly signal: AbortSignal;
}

/** What an import came to. Counts are of tickets, but for `lines` and `stores`. */
export interface ImportReport {
  /** In the file. */
  readonly tickets: number;
  readonly lines: number;
  /** New in the log. */
  readonly booked: number;
  /** Told again and recognised. */
  readonly known: number;
  /** Dealt with by an earlier run, not told again. */
  readonly before: number;
  /** Left out, each with its reason. */
  readonly left: readonly BadRow[];
  /** Stores opened. */
  readonly stores: number;
  /** How long the booking took. */
  readonly seconds: number;
}

/** The import came to a ticket or row that cannot be booked, and was told to stop there. */
export class ImportStopped extends Error {
  constructor(
    readonly problem: BadRow,
    readonly booked: number,
  ) {
    super(problem.message);
    this.name = 'ImportStopped';
  }
}

const atOnce = 512;
const noteEveryMs = 500;

/** One import under way. */
class Import {
  private readonly left: BadRow[] = [];
  private booked = 0;
  private known = 0;
  private stopped: BadRow | undefined;

  constructor(
    private readonly settings: ImportSettings,
    private readonly needs: ImportNeeds,
  ) {}

  async run(): Promise<ImportReport> {
    const source = await numbered(this.settings.rows, this.needs.runs);
    const log = await this.open(source.rows);
    try {
      return await this.load(log, source);
    } finally {
      await log.close();
    }
  }

  private async open(rows: TicketRows): Promise<PurchaseLog> {
    const { signal } = this.needs;
    if (this.settings.onError === 'skip')
      return openPurchaseLog(rows, { signal, onBadRow: (problem) => this.leaveOut(problem) });
    try {
      return await openPurchaseLog(rows, { signal });
    } catch (error) {
      throw error instanceof BadRow ? new ImportStopped(error, 0) : error;
    }
  }

  private async load(log: PurchaseLog, { rows, settings, settle }: NumberedRows): Promise<ImportReport> {
    const { desk, runs, output, now } = this.needs;
    const source = rows.fingerprint();
    const { timeZone, currency, storeIds, tills } = log;
    const chain = { storeIds, tills, timeZone, currency, preset: this.settings.preset };
    await desk.assertFits(log);
    await settle();
    const run = await runs.begin(source, settings);
    const { stores } = await desk.prepare(chain, now());
    const after = this.settings.fromStart === true || run.position === '' ? undefined : run.position;
    const before = after === undefined ? 0 : run.tickets;
    const progress = output.progress(`importing ${log.name}`, 'tickets', log.ticketCount);
    progress.resumeFrom(before);
    const startedAt = performance.now();
    await this.bookAll(log.tickets(after), source, before, (done) => progress.update(done));
    progress.finish();
    const seconds = (performance.now() - startedAt) / 1000;
    if (this.stopped !== undefined) throw new ImportStopped(this.stopped, this.booked);
    this.needs.signal.throwIfAborted();
    await runs.finish(source);
    const { booked, known, left } = this;
    return { tickets: log.ticketCount, lines: log.lineCount, booked, known, before, left, stores, seconds };
  }

  private async bookAll(
    tickets: AsyncIterable<ImportedTicket>,
    source: string,
    before: number,
    onProgress: (done: number) => void,
  ): Promise<void> {
    const { desk, runs } = this.needs;
    const onBooking = (ticket: ImportedTicket, booking: Booking): boolean => {
      const counts = this.count(ticket, booking);
      onProgress(before + this.booked + this.known + this.left.length);
      return counts;
    };
    const queue = new BookingQueue({ book: ({ body }) => desk.book(body), onBooking, atOnce });
    let notedAt = performance.now();
    const note = async (): Promise<void> => {
      const { position, tickets: dealtWith } = queue.reached;
      notedAt = performance.now();
      if (position !== '') await runs.move(source, position, before + dealtWith);
    };
    try {
      for await (const ticket of tickets) {
        if (this.stopped !== undefined || this.needs.signal.aborted) break;
        await queue.add(ticket);
        if (performance.now() - notedAt >= noteEveryMs) await note();
      }
      await queue.drain();
    } finally {
      await note();
    }
  }

  /** True when the ticket has been dealt with for good. */
  private count(ticket: ImportedTicket, booking: Booking): boolean {
    if (booking.kind === 'refused') {
      const { ticketNo } = ticket.body;
      const reason = `ticket ${ticketNo} is refused: ${booking.reason}. ${booking.detail}`.trim();
      this.leaveOut(new BadRow(this.settings.rows.name, ticket.row, reason));
      return this.settings.onError === 'skip';
    }
    this[booking.kind] += 1;
    return true;
  }

  private leaveOut(problem: BadRow): void {
    const { file, row, reason } = problem;
    if (this.settings.onError === 'stop') {
      this.stopped ??= problem;
      return;
    }
    this.left.push(problem);
    this.needs.output.complain({ event: 'left-out', file, row, reason }, `Left out: ${problem.message}`);
  }
}

/**
 * Imports a purchase log: opens its stores, enrols its members, books its tickets by the till's own commands. What is
 * booked already is never booked again, whether an earlier run was cut off or had come to its end. Throws
 * {@link ImportStopped} when it was told to stop at what cannot be booked.
 */
export const runImport = (settings: ImportSettings, needs: ImportNeeds): Promise<ImportReport> =>
  new Import(settings, needs).run();
