import { registerTills, type BenchServer, type SignedTill } from './bench-club';
import { Connection, type Reply } from './connection';
import { freshKey, TicketMill } from './ticket-mill';
import { expectSame, WrongResult } from './wrong-result';

/** How much is tried. */
export interface HotBenchSettings {
  /** Tickets of one member at the same time. */
  readonly parallel: number;
  /** Tickets of which every fifth is sent twice. */
  readonly tickets: number;
}

/** What came of it. */
export interface HotFigures {
  readonly parallel: number;
  /** From the first ticket sent to the last one answered. */
  readonly parallelMs: number;
  readonly tickets: number;
  readonly sentTwice: number;
}

/** The member whose tickets all come at once. */
export const hotMember = 'HOT';

const welcome = 200;
/** Below the first purchase's bonus; and fifty of them below the next tier. */
const hotMinor = 999;

const hotTicket = ({ storeId, tillId }: SignedTill): string => {
  const now = new Date().toISOString();
  const lines = [{ lineNo: 1, sku: 'X', category: 'filters', quantity: 1, unitPriceMinor: hotMinor }];
  return JSON.stringify({
    ...{ memberId: hotMember, storeId, tillId, ticketNo: 'HOT', businessDate: now.slice(0, 10), occurredAt: now },
    ...{ currency: 'AUD', lines, tenders: [{ kind: 'card', amountMinor: hotMinor }] },
  });
};

/** A till at work on a connection of its own. */
interface Post {
  readonly till: SignedTill;
  readonly connection: Connection;
}

const send = ({ till, connection }: Post, body: string, key: string): Promise<Reply> =>
  connection.post({ path: '/v1/purchases', token: till.token, key, body });

const expectStatus = (reply: Reply, status: number): Reply => {
  if (reply.status === status) return reply;
  throw new WrongResult(`a ticket was answered ${reply.status} instead of ${status}: ${reply.body.slice(0, 300)}`);
};

/** Every fifth ticket again: by turns as a retry (same key), and as another request for the same ticket. */
const sendAll = async (
  posts: readonly Post[],
  again: readonly Post[],
  mill: TicketMill,
  tickets: number,
): Promise<number> => {
  let left = tickets;
  let twice = 0;
  const lane = async (index: number): Promise<void> => {
    const [post, other] = [posts[index], again[index]];
    if (post === undefined || other === undefined) return;
    for (; left > 0;) {
      left -= 1;
      const body = JSON.stringify(mill.next(post.till, new Date()));
      const key = freshKey();
      if (left % 5 !== 0) {
        expectStatus(await send(post, body, key), 201);
        continue;
      }
      twice += 1;
      if (left % 2 === 0) {
        const [first, second] = await Promise.all([send(post, body, key), send(other, body, key)]);
        if (expectStatus(first, 201).body !== expectStatus(second, 201).body)
          throw new WrongResult('a retry was answered with another body.');
      } else {
        expectStatus(await send(post, body, key), 201);
        const told = JSON.parse(expectStatus(await send(other, body, freshKey()), 200).body) as { duplicate: boolean };
        if (!told.duplicate) throw new WrongResult('a ticket told twice was not called a duplicate.');
      }
    }
  };
  await Promise.all(posts.map((_, index) => lane(index)));
  return twice;
};

const pointsOf = async ({ url, adminToken }: BenchServer, memberId: string): Promise<number> => {
  const reply = await fetch(`${url}/v1/accounts/${memberId}`, { headers: { authorization: `Bearer ${adminToken}` } });
  const account = (await reply.json()) as { wallets: { code: string; available: number }[] };
  return account.wallets.find(({ code }) => code === 'points')?.available ?? NaN;
};

/**
 * One member with many tickets at the same instant, and tickets of which every fifth is sent twice. Throws
 * `WrongResult` unless all are accepted once and the sums are exact.
 */
export const benchHot = async (
  server: BenchServer,
  members: number,
  { parallel, tickets }: HotBenchSettings,
): Promise<HotFigures> => {
  const tills = await registerTills(server, parallel);
  const opened = (till: SignedTill) => Connection.open(server.url).then((connection): Post => ({ till, connection }));
  const posts = await Promise.all(tills.map(opened));
  const again = await Promise.all(tills.map(opened));
  try {
    const startedAt = performance.now();
    const replies = await Promise.all(posts.map((post) => send(post, hotTicket(post.till), freshKey())));
    const parallelMs = performance.now() - startedAt;
    for (const reply of replies) expectStatus(reply, 201);
    expectSame(
      'points of the hot member',
      await pointsOf(server, hotMember),
      welcome + parallel * Math.floor(hotMinor / 100),
    );
    const mill = new TicketMill(members);
    const sentTwice = await sendAll(posts, again, mill, tickets);
    for (let index = 0; index < members; index += 1) {
      const memberId = TicketMill.member(index);
      expectSame(`points of ${memberId}`, await pointsOf(server, memberId), mill.pointsOf(memberId));
    }
    return { parallel, parallelMs, tickets, sentTwice };
  } finally {
    for (const { connection } of [...posts, ...again]) connection.close();
  }
};
