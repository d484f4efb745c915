import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PurchaseAnswer } from './answers';
import type { Reply } from './client';
import type { Log } from './log';
import type { Seeded } from './seeded';
import type { Till } from './till';
import type { Ticket } from './tickets';

/** What a till knows of a ticket it sent. `unknown`: no answer came, or one that leaves it open (503). */
export interface Sending {
  readonly ticket: Ticket;
  readonly key: string;
  outcome: 'accepted' | 'refused' | 'unknown';
  /** The accepted answer as it was sent. */
  text?: string;
  status?: number;
}

const atOnce = 16;
/** How often a ticket is one that must be refused. */
const wrongShare = 0.05;
const longestMs = 480_000;
const patienceMs = 120_000;

/** Every till of the world selling at once, under a seed, with a history of what came of it. */
export class TillLoad {
  readonly history: Sending[] = [];

  constructor(
    private readonly club: { readonly till: Till },
    private readonly members: readonly string[],
    private readonly chance: Seeded,
    /** How long each till rests between two tickets, ms. */
    private readonly restMs = 0,
  ) {}

  /** Sells for as long as something else goes on, however that ends, and a limited time at most. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const until = performance.now() + longestMs;
    let over = false;
    const sells = (): boolean => !over && performance.now() < until;
    const tills = Array.from({ length: atOnce }, () => this.sell(sells));
    try {
      return await work();
    } finally {
      over = true;
      await Promise.all(tills);
    }
  }

  count(outcome: Sending['outcome']): number {
    return this.history.filter((sending) => sending.outcome === outcome).length;
  }

  /** Sends whatever was left open once more, under its own key, until it is answered. */
  async resend(): Promise<void> {
    const open = this.history.filter(({ outcome }) => outcome === 'unknown');
    const deadline = performance.now() + patienceMs;
    const work = async (): Promise<void> => {
      for (let sending = open.shift(); sending !== undefined; sending = open.shift()) {
        while ((await this.send(sending)) === 'unknown') {
          if (performance.now() > deadline) throw new Error(`No answer to ticket ${sending.ticket.ticketNo}.`);
          await sleep(50);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  /** What the history says each member must have: a point for every whole dollar of every accepted ticket. */
  expected(memberId: string): { readonly points: number; readonly purchases: number } {
    const own = this.history.filter(({ ticket, outcome }) => ticket.memberId === memberId && outcome === 'accepted');
    const points = own.reduce((sum, { ticket }) => sum + Math.floor((ticket.tenders[0]?.amountMinor ?? 0) / 100), 0);
    return { points, purchases: own.length };
  }

  private async sell(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const ticket = this.nextTicket();
      const sending: Sending = { ticket, key: randomUUID(), outcome: 'unknown' };
      this.history.push(sending);
      if ((await this.send(sending)) === 'unknown') await sleep(20);
      if (this.restMs > 0) await sleep(this.restMs);
    }
  }

  private nextTicket(): Ticket {
    const ticket = this.club.till.ticket(this.chance.pick(this.members), this.chance.between(100, 9_999));
    return this.chance.next() < wrongShare ? { ...ticket, currency: 'NZD' } : ticket;
  }

  private async send(sending: Sending): Promise<Sending['outcome']> {
    const reply = await this.club.till.send(sending.ticket, sending.key).catch(() => undefined);
    sending.outcome = outcomeOf(reply);
    if (reply !== undefined) sending.status = reply.status;
    if (reply !== undefined && sending.outcome === 'accepted') sending.text = reply.text;
    return sending.outcome;
  }
}

const outcomeOf = (reply: Reply<PurchaseAnswer> | undefined): Sending['outcome'] => {
  if (reply === undefined || reply.status === 503) return 'unknown';
  if (reply.status === 200 || reply.status === 201) return 'accepted';
  if (reply.status === 400) return 'refused';
  throw new Error(`A ticket was answered ${reply.status}: ${reply.text}`);
};

/** How often each ticket number is in the log. */
export const bookings = async (log: Log): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  for (const { type, data } of await log.everything()) {
    if (type !== 'PurchaseRecorded') continue;
    const { ticketNo } = data['ticket'] as Ticket;
    counts.set(ticketNo, (counts.get(ticketNo) ?? 0) + 1);
  }
  return counts;
};

/** Tickets that are in the log more or less often than their outcome allows, in words. */
export const wrongBookings = (history: readonly Sending[], counts: ReadonlyMap<string, number>): readonly string[] =>
  history.flatMap(({ ticket: { ticketNo }, outcome }) => {
    const found = counts.get(ticketNo) ?? 0;
    const [least, most] = { accepted: [1, 1], refused: [0, 0], unknown: [0, 1] }[outcome] as [number, number];
    return found < least || found > most ? [`ticket ${ticketNo}, ${outcome}, is in the log ${found} times`] : [];
  });
