import Fastify from 'fastify';
import { Pool } from 'pg';
import { newTicket } from '#libs/account/src/module';

/** What the till's request is measured against. */
export type RouteKind = 'bare' | 'ledger';

/** How such a route is run: by a process of its own, told on its command line. */
export interface RouteSettings {
  readonly kind: RouteKind;
  /** The database of the ledger. */
  readonly url?: string;
  /** Bytes of the answer's body. */
  readonly answerBytes: number;
}

const poolSize = 32;

/** A ledger as many have one: a balance in a row, an entry for each ticket, one transaction around both. */
const ledgerSchema = `
CREATE TABLE accounts (member_id text PRIMARY KEY, balance bigint NOT NULL, moved_at timestamptz NOT NULL);
CREATE TABLE entries (
  ticket text PRIMARY KEY, member_id text NOT NULL, points bigint NOT NULL, body text NOT NULL,
  booked_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON entries (member_id);`;

/** Makes the ledger's tables, with an account for each member. */
export const foundLedger = async (adminUrl: string, url: string, members: readonly string[]): Promise<void> => {
  const admin = new Pool({ connectionString: adminUrl, max: 1 });
  await admin.query('CREATE DATABASE ledger');
  await admin.end();
  const pool = new Pool({ connectionString: url, max: 1 });
  await pool.query(ledgerSchema);
  await pool.query('INSERT INTO accounts SELECT id, 0, now() FROM unnest($1::text[]) AS m(id)', [members]);
  await pool.query('VACUUM ANALYZE accounts');
  await pool.end();
};

type Ticket = ReturnType<(typeof newTicket)['parse']>;

const bookInLedger = async (pool: Pool, ticket: Ticket): Promise<void> => {
  const connection = await pool.connect();
  const minor = ticket.lines.reduce((sum, line) => sum + (line.grossMinor ?? 0), 0);
  const points = Math.floor(minor / 100);
  try {
    await connection.query('BEGIN');
    await connection.query({
      name: 'read',
      text: 'SELECT balance FROM accounts WHERE member_id = $1 FOR UPDATE',
      values: [ticket.memberId],
    });
    await connection.query({
      name: 'add',
      text: 'UPDATE accounts SET balance = balance + $2, moved_at = now() WHERE member_id = $1',
      values: [ticket.memberId, points],
    });
    await connection.query({
      name: 'note',
      text: 'INSERT INTO entries (ticket, member_id, points, body) VALUES ($1, $2, $3, $4)',
      values: [
        `${ticket.storeId}/${ticket.tillId}/${ticket.ticketNo}/${ticket.businessDate}`,
        ...[ticket.memberId, points, JSON.stringify(ticket)],
      ],
    });
    await connection.query('COMMIT');
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    connection.release();
  }
};

/**
 * A bare Fastify route that parses and validates the till's body by the till's own schema and answers as many bytes; with
 * a ledger, one that also books. Resolves with its address.
 */
export const serveRoute = async ({ kind, url, answerBytes }: RouteSettings): Promise<string> => {
  const server = Fastify({ keepAliveTimeout: 72_000 });
  const answer = JSON.stringify({ filler: 'x'.repeat(Math.max(0, answerBytes - '{"filler":""}'.length)) });
  const pool = kind === 'ledger' ? new Pool({ connectionString: url, max: poolSize }) : undefined;
  server.post('/v1/purchases', async (request, reply) => {
    const ticket = newTicket.safeParse(request.body);
    if (!ticket.success) return reply.status(400).send({ errors: ticket.error.issues.length });
    if (pool !== undefined) await bookInLedger(pool, ticket.data);
    return reply.status(201).header('content-type', 'application/json; charset=utf-8').send(answer);
  });
  return server.listen({ host: '127.0.0.1', port: 0 });
};
