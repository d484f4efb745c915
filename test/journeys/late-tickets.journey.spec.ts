import { accepted, codeOf } from '../support/client';
import { Club } from '../support/club';
import { perDollar, programme } from '../support/programmes';

/** Tills that were offline: what they tell counts as of when it happened; what is too old waits for a person. */
const later = { expiry: { mode: 'after', period: 'P60D' } };
let club: Club;
beforeAll(async () => {
  club = await Club.open({ now: '2026-03-10T00:00:00Z', programme: programme({ points: later }) });
});
afterAll(() => club?.close());

it('yesterday’s ticket earns as of yesterday, under the programme of yesterday', async () => {
  const member = await club.till.enrols();
  await club.publishes(programme({ points: later, rules: [perDollar(2)] }));
  const late = await club.till.sells(member, 1_000, { occurredAt: '2026-03-08T15:00:00+11:00' });
  expect(late.earned).toMatchObject([
    {
      points: 10,
      programmeVersion: 1,
      activeFrom: '2026-03-08T04:00:00.000Z',
      expiresAt: '2026-05-07T05:00:00.000Z',
    },
  ]);
  const present = await club.till.sells(member, 1_000);
  expect(present.earned).toMatchObject([{ points: 20, programmeVersion: 2, activeFrom: '2026-03-10T00:00:00.000Z' }]);
});

it('in whatever order tickets arrive, the balance is the same', async () => {
  const days = ['2026-02-20', '2026-02-25', '2026-03-02', '2026-03-07', '2026-03-09'];
  const tell = async (order: readonly string[]): Promise<number> => {
    const member = await club.till.enrols();
    for (const day of order) await club.till.sells(member, 1_990, { occurredAt: `${day}T12:00:00+11:00` });
    return club.available(member);
  };
  expect(await tell(days)).toBe(95);
  expect(await tell([...days].reverse())).toBe(95);
});

it('a ticket of before the enrolment counts', async () => {
  const member = await club.till.enrols();
  expect((await club.till.sells(member, 500, { occurredAt: '2026-02-15T12:00:00+11:00' })).earned).toMatchObject([
    { points: 5 },
  ]);
});

it('a ticket older than thirty days waits for a person, who books it as of then or turns it away', async () => {
  const manager = await club.engages('late-manager', ['storeManager'], ['S1']);
  const member = await club.till.enrols();
  const [one, two] = ['2026-02-07T12:00:00+11:00', '2026-02-08T10:59:59+11:00'].map((occurredAt) =>
    club.till.ticket(member, 3_000, { occurredAt }),
  );
  const replies = [await club.till.send(one!), await club.till.send(two!)];
  expect(replies.map(({ status }) => status)).toEqual([202, 202]);
  expect(await club.account(member)).toMatchObject({ purchases: 0, wallets: [{ available: 0 }] });
  const [first, second] = replies.map(({ body }) => String((body as unknown as { reviewId: string }).reviewId));

  expect((await club.till.client.post(`/v1/reviews/${first}/accept`)).status).toBe(403);
  const booked = accepted(await manager.post(`/v1/reviews/${first}/accept`), 200);
  expect(booked).toMatchObject({ earned: [{ points: 30, activeFrom: '2026-02-07T01:00:00.000Z' }] });
  expect(accepted(await manager.post(`/v1/reviews/${second}/reject`), 200)).toMatchObject({ status: 'rejected' });
  expect(await club.account(member)).toMatchObject({ purchases: 1, wallets: [{ available: 30 }] });

  const again = await club.till.send(one!);
  expect([again.status, again.body.duplicate]).toEqual([200, true]);
  const unknown = await manager.post('/v1/reviews/no-such-review/accept');
  expect([unknown.status, codeOf(unknown)]).toEqual([404, 'review-not-found']);
});

it('a ticket of thirty days to the second is booked', async () => {
  const member = await club.till.enrols();
  const reply = await club.till.send(club.till.ticket(member, 100, { occurredAt: '2026-02-08T00:00:00Z' }));
  expect(reply.status).toBe(201);
});

it.each([
  ['2026-03-10T00:05:00Z', 201],
  ['2026-03-10T00:05:01Z', 400],
])('a till whose clock says %s is answered %i', async (occurredAt, status) => {
  const member = await club.till.enrols();
  expect((await club.till.send(club.till.ticket(member, 100, { occurredAt }))).status).toBe(status);
});

it('before there is a programme, tickets are booked and earn nothing', async () => {
  const early = await Club.open({ now: '2026-03-10T00:00:00Z' });
  const member = await early.till.enrols();
  const sold = await early.till.sells(member, 1_000);
  expect(sold).toMatchObject({ earned: [], notEarned: [{ because: 'no-programme' }], tier: null });
  expect(await early.account(member)).toMatchObject({ purchases: 1 });
  await early.close();
});
