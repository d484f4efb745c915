import { Pool } from 'pg';
import { catchUp, memoryOf, registerTills, type BenchServer, type SignedTill } from './bench-club';
import { Connection } from './connection';
import { withRoute } from './route-process';
import { foundLedger } from './routes';
import { inTurns, load, type Round, type Summary } from './statistics';
import { freshKey, TicketMill } from './ticket-mill';
import { expectSame, WrongResult } from './wrong-result';

/** How much is measured. */
export interface TillBenchSettings {
  readonly rounds: number;
  readonly roundMs: number;
  readonly connections: number;
  /** Tickets before anything is measured, so that most accounts have been used once, as in a shop that is open. */
  readonly warmUp: number;
  /** Tickets during which the server's memory is watched. */
  readonly longRun: number;
}

/** Who is told how far it is. */
export interface TillBenchWatch {
  readonly onRound: (name: string, round: Round) => unknown;
  /** Tickets sent so far, outside of the rounds that are compared. */
  readonly onSent?: (part: 'warm-up' | 'long run', sent: number) => void;
}

/** What the comparison came to. */
export interface TillFigures {
  readonly byName: ReadonlyMap<string, Summary>;
  /** Seconds that read models took after each round to hold everything. */
  readonly catchUpSeconds: readonly number[];
  /** Bytes before and after the long run, and the most seen in between. */
  readonly memory: { readonly before: number; readonly after: number; readonly most: number };
  readonly longRunPerSecond: number;
  readonly tickets: number;
  readonly points: number;
}

/** Tills that send tickets over connections of their own. */
class Lanes {
  private constructor(
    private readonly connections: readonly Connection[],
    private readonly tills: readonly SignedTill[],
    private readonly mill: TicketMill,
  ) {}

  static async open(url: string, tills: readonly SignedTill[], mill: TicketMill): Promise<Lanes> {
    return new Lanes(await Promise.all(tills.map(() => Connection.open(url))), tills, mill);
  }

  /** Sends the next ticket and reads the answer, as a till does; answers the bytes of the reply. */
  async send(lane: number): Promise<number> {
    const connection = this.connections[lane];
    const till = this.tills[lane];
    if (connection === undefined || till === undefined) throw new Error('There is no such lane.');
    const ticket = this.mill.next(till, new Date());
    const body = JSON.stringify(ticket);
    const reply = await connection.post({ path: '/v1/purchases', token: till.token, key: freshKey(), body });
    if (reply.status !== 201)
      throw new WrongResult(`a ticket was answered ${reply.status}: ${reply.body.slice(0, 300)}`);
    const { earned } = JSON.parse(reply.body) as { readonly earned?: readonly { readonly points: number }[] };
    const points = earned?.reduce((sum, each) => sum + each.points, 0);
    if (points !== undefined) expectSame('points that a ticket was told', points, TicketMill.pointsFor(ticket));
    return Buffer.byteLength(reply.body);
  }

  /** Sends so many tickets over all connections. */
  async sendAll(tickets: number, onTicket: (left: number) => Promise<void> = async () => undefined): Promise<void> {
    let left = tickets;
    const lane = async (index: number): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await onTicket(left);
        await this.send(index);
      }
    };
    await Promise.all(this.connections.map((_, index) => lane(index)));
  }

  round(ms: number): Promise<Round> {
    return load(this.connections.length, ms, async (lane) => void (await this.send(lane)));
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}

/** Every member's points in the read model against what they must have earned. */
const checkBalances = async (pool: Pool, mill: TicketMill, members: number): Promise<void> => {
  const { rows } = await pool.query<{ readonly id: string; readonly points: number; readonly purchases: number }>(
    `SELECT member_id AS id, (wallets -> 'points' ->> 'points')::float8 AS points, purchases FROM read.account_overview`,
  );
  if (!mill.isPlain) throw new WrongResult('too many tickets for so few members, ask for more of these.');
  expectSame('members with an account', rows.length, members);
  for (const { id, points } of rows) expectSame(`points of ${id}`, points, mill.pointsOf(id));
  const tickets = rows.reduce((sum, row) => sum + row.purchases, 0);
  expectSame('tickets booked', tickets, mill.count);
};

/** The same of some members as the till sees them. */
const checkAnswers = async ({ url, adminToken }: BenchServer, mill: TicketMill, members: number): Promise<void> => {
  for (let index = 0; index < members; index += Math.max(1, Math.floor(members / 100))) {
    const memberId = TicketMill.member(index);
    const reply = await fetch(`${url}/v1/accounts/${memberId}`, { headers: { authorization: `Bearer ${adminToken}` } });
    const account = (await reply.json()) as { wallets: { code: string; available: number }[] };
    const points = account.wallets.find(({ code }) => code === 'points')?.available ?? NaN;
    expectSame(`points of ${memberId} as answered`, points, mill.pointsOf(memberId));
  }
};

const checkLedger = async (url: string, mill: TicketMill): Promise<void> => {
  const pool = new Pool({ connectionString: url, max: 1 });
  const { rows } = await pool.query<{ readonly entries: number }>('SELECT count(*)::float8 AS entries FROM entries');
  await pool.end();
  expectSame('entries in the ledger', rows[0]?.entries ?? NaN, mill.count);
};

const longRun = async (
  server: BenchServer,
  lanes: Lanes,
  tickets: number,
  onSent: NonNullable<TillBenchWatch['onSent']>,
) => {
  const before = await memoryOf(server.pid);
  let most = before;
  const startedAt = performance.now();
  await lanes.sendAll(tickets, async (left) => {
    onSent('long run', tickets - left);
    if (left % 5_000 === 0) most = Math.max(most, await memoryOf(server.pid));
  });
  const perSecond = (tickets / (performance.now() - startedAt)) * 1000;
  const after = await memoryOf(server.pid);
  return { memory: { before, after, most: Math.max(most, after) }, perSecond };
};

/**
 * Three-line tickets over kept-alive connections, in turns: the server with its PostgreSQL; a bare route that validates
 * the same body and answers as many bytes; the same route with a plain SQL ledger behind it, on the same PostgreSQL.
 * Throws `WrongResult` unless every ticket was accepted and every member has exactly what the tickets must have earned.
 */
export const benchTill = async (
  server: BenchServer,
  members: readonly string[],
  settings: TillBenchSettings,
  { onRound, onSent = () => undefined }: TillBenchWatch,
): Promise<TillFigures> => {
  const ledgerUrl = server.databaseUrl('ledger');
  await foundLedger(server.databaseUrl(), ledgerUrl, members);
  const pool = new Pool({ connectionString: server.databaseUrl(), max: 1 });
  const tills = await registerTills(server, settings.connections);
  const mill = new TicketMill(members.length);
  const [bareMill, ledgerMill] = [new TicketMill(members.length), new TicketMill(members.length)];
  const lanes = await Lanes.open(server.url, tills, mill);
  try {
    const answerBytes = await lanes.send(0);
    const catchUpSeconds: number[] = [];
    const measured = (bareUrl: string) =>
      withRoute({ kind: 'ledger', url: ledgerUrl, answerBytes }, async (url) => {
        await lanes.sendAll(settings.warmUp, async (left) => onSent('warm-up', settings.warmUp - left));
        const bare = await Lanes.open(bareUrl, tills, bareMill);
        const ledger = await Lanes.open(url, tills, ledgerMill);
        const ours = async (): Promise<Round> => {
          const round = await lanes.round(settings.roundMs);
          catchUpSeconds.push(await catchUp(pool));
          return round;
        };
        const contenders = [
          { name: 'regulars', round: ours },
          { name: 'bare route', round: () => bare.round(settings.roundMs) },
          { name: 'SQL ledger', round: () => ledger.round(settings.roundMs) },
        ];
        for (const warming of [bare, ledger]) await warming.round(settings.roundMs / 2);
        await catchUp(pool);
        const byName = await inTurns(contenders, settings.rounds, onRound);
        bare.close();
        ledger.close();
        return byName;
      });
    const byName = await withRoute({ kind: 'bare', answerBytes }, measured);
    await checkLedger(ledgerUrl, ledgerMill);
    const { memory, perSecond } = await longRun(server, lanes, settings.longRun, onSent);
    catchUpSeconds.push(await catchUp(pool));
    await checkBalances(pool, mill, members.length);
    await checkAnswers(server, mill, members.length);
    const { count: tickets, points } = mill;
    return { byName, catchUpSeconds, memory, longRunPerSecond: perSecond, tickets, points };
  } finally {
    lanes.close();
    await pool.end();
  }
};
