import type { Booking } from './desk';
import type { ImportedTicket } from './imported-ticket';

/** What the queue works with. */
export interface BookingNeeds {
  /** Books one ticket. When it rejects, the queue takes no more and {@link BookingQueue.drain} rejects too. */
  readonly book: (ticket: ImportedTicket) => Promise<Booking>;
  /** Told of each ticket once; false when it must not count as dealt with, so that a later run comes back to it. */
  readonly onBooking: (ticket: ImportedTicket, booking: Booking) => boolean;
  /** How many tickets may be under way at once. */
  readonly atOnce: number;
}

interface Entry {
  readonly position: string;
  dealtWith: boolean;
}

/**
 * Books many members' tickets at once, those of one member in the order in which they come, and knows up to where
 * every ticket has been dealt with.
 */
export class BookingQueue {
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly entries: Entry[] = [];
  private underWay = 0;
  private failure: { readonly error: unknown } | undefined;
  private roomMade: () => void = () => undefined;
  private reachedPosition = '';
  private reachedCount = 0;

  constructor(private readonly needs: BookingNeeds) {}

  /** The last position up to which, without a gap, all tickets have been dealt with; '' before the first. */
  get reached(): { readonly position: string; readonly tickets: number } {
    return { position: this.reachedPosition, tickets: this.reachedCount };
  }

  /** Takes a ticket; resolves once there is room for another. Rejects when a booking has failed. */
  async add(ticket: ImportedTicket): Promise<void> {
    const entry: Entry = { position: ticket.position, dealtWith: false };
    this.entries.push(entry);
    this.underWay += 1;
    const { memberId } = ticket.body;
    const before = this.lanes.get(memberId);
    const lane = (before === undefined ? this.work(ticket, entry) : before.then(() => this.work(ticket, entry))).then(
      () => {
        if (this.lanes.get(memberId) === lane) this.lanes.delete(memberId);
      },
    );
    this.lanes.set(memberId, lane);
    while (this.underWay >= this.needs.atOnce) await new Promise<void>((resolve) => (this.roomMade = resolve));
    this.throwFailure();
  }

  /** Resolves once everything taken has been dealt with. */
  async drain(): Promise<void> {
    await Promise.all(this.lanes.values());
    this.throwFailure();
  }

  private async work(ticket: ImportedTicket, entry: Entry): Promise<void> {
    try {
      if (this.failure === undefined) entry.dealtWith = this.needs.onBooking(ticket, await this.needs.book(ticket));
    } catch (error) {
      this.failure ??= { error };
    }
    this.underWay -= 1;
    this.advance();
    this.roomMade();
  }

  private advance(): void {
    let done = 0;
    for (const entry of this.entries) {
      if (!entry.dealtWith) break;
      this.reachedPosition = entry.position;
      done += 1;
    }
    this.reachedCount += done;
    if (done > 0) this.entries.splice(0, done);
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}
