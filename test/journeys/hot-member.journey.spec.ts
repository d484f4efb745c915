import { randomUUID } from 'node:crypto';
import { accepted, codeOf } from '../support/client';
import { Club } from '../support/club';
import { perDollar, programme } from '../support/programmes';

/** Many tills at once, for one member, and every message told more than once. */
let club: Club;
beforeAll(async () => {
  club = await Club.open({ programme: programme({ rules: [perDollar(1, { rounding: 'floor' })] }) });
});
afterAll(() => club?.close());

const pointsFor = (minor: number): number => Math.floor(minor / 100);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

it('fifty tills sell to one member at the same moment: no error, and the exact sum', async () => {
  const member = await club.till.enrols();
  const amounts = Array.from({ length: 50 }, (_, index) => 150 + 77 * index);
  const sold = await Promise.all(amounts.map((minor) => club.till.send(club.till.ticket(member, minor))));
  expect(sold.map(({ status }) => status)).toEqual(amounts.map(() => 201));
  const account = await club.account(member);
  expect(account.wallets).toMatchObject([{ available: sum(amounts.map(pointsFor)), held: 0, debt: 0 }]);
  expect(account.purchases).toBe(50);
  const answered = sold.map(({ body }) => body.wallets[0]?.available ?? 0).sort((a, b) => a - b);
  expect(new Set(answered).size).toBe(50);
  expect(answered.at(-1)).toBe(account.wallets[0]?.available);
});

it('up to 256 at once nobody hears of the crowd', async () => {
  const member = await club.till.enrols();
  const sold = await Promise.all(Array.from({ length: 256 }, () => club.till.send(club.till.ticket(member, 100))));
  expect(sold.filter(({ status }) => status !== 201)).toEqual([]);
  expect(await club.available(member)).toBe(256);
});

it('beyond that some are told to come again, and those that were not are exact', async () => {
  const member = await club.till.enrols();
  const sold = await Promise.all(Array.from({ length: 600 }, () => club.till.send(club.till.ticket(member, 100))));
  const accepted = sold.filter(({ status }) => status === 201).length;
  const busy = sold.filter(({ status }) => status !== 201);
  expect(busy.filter((reply) => reply.status !== 503 || reply.headers.get('retry-after') === null)).toEqual([]);
  expect(accepted).toBeGreaterThanOrEqual(256);
  expect(await club.available(member)).toBe(accepted);
});

it('a fifth of the tickets told twice, under the same key and under a new one, count once', async () => {
  const members = await Promise.all(Array.from({ length: 10 }, () => club.till.enrols()));
  const tickets = Array.from({ length: 100 }, (_, index) => {
    const member = members[index % members.length] ?? '';
    return { member, key: randomUUID(), minor: 100 + 13 * index, ticket: club.till.ticket(member, 100 + 13 * index) };
  });
  const again = tickets.filter((_, index) => index % 5 === 0);
  const told = [
    ...tickets.map(({ ticket, key }) => ({ ticket, key })),
    ...again.map(({ ticket, key }) => ({ ticket, key })),
    ...again.map(({ ticket }) => ({ ticket, key: randomUUID() })),
  ].sort((a, b) => (a.key < b.key ? -1 : 1));
  const replies = await Promise.all(told.map(({ ticket, key }) => club.till.send(ticket, key)));
  expect(replies.filter(({ status }) => status !== 201 && status !== 200)).toEqual([]);
  for (const member of members) {
    const own = tickets.filter((each) => each.member === member);
    const account = await club.account(member);
    expect([account.wallets[0]?.available, account.purchases]).toEqual([
      sum(own.map(({ minor }) => pointsFor(minor))),
      own.length,
    ]);
  }
});

it('ten at once under one key are one effect and one answer', async () => {
  const member = await club.till.enrols();
  const [ticket, key] = [club.till.ticket(member, 4_200), randomUUID()];
  const replies = await Promise.all(Array.from({ length: 10 }, () => club.till.send(ticket, key)));
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(replies[0]).toMatchObject({ status: 201, body: { duplicate: false, earned: [{ points: 42 }] } });
  expect(await club.available(member)).toBe(42);
});

it('ten at once under ten keys are one effect, told to one and repeated to nine', async () => {
  const member = await club.till.enrols();
  const ticket = club.till.ticket(member, 4_200);
  const replies = await Promise.all(Array.from({ length: 10 }, () => club.till.send(ticket)));
  expect(replies.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 9 }, () => 200), 201]);
  const earned = replies.map(({ body }) => JSON.stringify(body.earned));
  expect(new Set(earned).size).toBe(1);
  expect(replies.filter(({ body }) => body.duplicate).length).toBe(9);
  expect(await club.available(member)).toBe(42);
});

it('the same number with other content, or for another member, is refused', async () => {
  const [ann, bob] = [await club.till.enrols(), await club.till.enrols()];
  const ticket = club.till.ticket(ann, 1_000);
  accepted(await club.till.send(ticket));
  const other = await club.till.send({ ...club.till.ticket(ann, 1_100), ticketNo: ticket.ticketNo });
  const claimed = await club.till.send({ ...ticket, memberId: bob });
  expect([other.status, codeOf(other), claimed.status, codeOf(claimed)]).toEqual([
    409,
    'ticket-differs',
    409,
    'ticket-differs',
  ]);
  expect([await club.available(ann), await club.available(bob)]).toEqual([10, 0]);
});

it('a race for the last points has one winner', async () => {
  const member = await club.till.enrols();
  await club.publishes(
    programme({
      more: {
        rewards: [
          {
            id: 'mug',
            name: { en: 'Mug', zh: '杯' },
            wallet: 'points',
            cost: 60,
            gives: { kind: 'freeProduct', sku: 'MUG' },
          },
        ],
      },
    }),
  );
  await club.till.sells(member, 10_000);
  const wishes = await Promise.all(
    Array.from({ length: 20 }, () => club.till.asksToHold(member, { kind: 'reward', rewardId: 'mug' })),
  );
  expect(wishes.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  expect(await club.wallet(member, 'points')).toMatchObject({ available: 40, held: 60 });
});
