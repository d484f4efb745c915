import { codeOf, type ProblemBody } from '../support/client';
import { Club } from '../support/club';
import { Log } from '../support/log';
import { programme } from '../support/programmes';
import type { Ticket } from '../support/tickets';

/** Whatever is wrong with a request is said with its path, and leaves no trace in the log. */
let club: Club;
let log: Log | undefined;
let member: string;
beforeAll(async () => {
  club = await Club.open({ now: '2026-03-01T00:00:00Z', programme: programme() });
  await club.opens({ storeId: 'S2', name: 'Queen Street', timeZone: 'Pacific/Auckland', currency: 'NZD' });
  member = await club.till.enrols({ phone: '+61400000001' });
  await club.settled();
  log = await Log.of(club.server);
});
afterAll(async () => {
  await log?.close();
  await club?.close();
});

const line = (changes: object): object => ({ lineNo: 1, sku: 'A', quantity: 1, grossMinor: 1_000, ...changes });
const of = (changes: object): object => ({ ...club.till.ticket(member, 1_000), ...changes });
const ofLine = (changes: object): object => of({ lines: [line(changes)] });
const without = (key: keyof Ticket): object => {
  const { [key]: _, ...rest } = club.till.ticket(member, 1_000);
  return rest;
};

const bodies: Readonly<Record<string, readonly [string, () => object]>> = {
  'a field that nobody knows': ['colour', () => of({ colour: 'red' })],
  'a field in a line that nobody knows': ['lines[0].colour', () => ofLine({ colour: 'red' })],
  'no member': ['memberId', () => without('memberId')],
  'no lines at all': ['lines', () => of({ lines: [] })],
  'a negative price': ['lines[0].grossMinor', () => ofLine({ grossMinor: -1 })],
  'a fraction of a cent': ['lines[0].grossMinor', () => ofLine({ grossMinor: 0.5 })],
  'a price as text': ['lines[0].grossMinor', () => ofLine({ grossMinor: '1000' })],
  'a price beyond what numbers hold': ['lines[0].grossMinor', () => ofLine({ grossMinor: 2 ** 53 })],
  'a price twice': ['lines[0].grossMinor', () => ofLine({ unitPriceMinor: 1_000 })],
  'no price': ['lines[0].grossMinor', () => ofLine({ grossMinor: undefined })],
  'none of something': ['lines[0].quantity', () => ofLine({ quantity: 0 })],
  'half of something': ['lines[0].quantity', () => ofLine({ quantity: 1.5 })],
  'a line number twice': ['lines[1].lineNo', () => of({ lines: [line({}), line({ grossMinor: 0 })] })],
  'a discount larger than the price': ['lines[0].discountMinor', () => ofLine({ discountMinor: 1_001 })],
  'a discount larger than the bill': ['ticketDiscountMinor', () => of({ ticketDiscountMinor: 1_001 })],
  'tenders that do not add up': ['tenders', () => of({ tenders: [{ kind: 'cash', amountMinor: 999 }] })],
  'a tender nobody takes': ['tenders[0].kind', () => of({ tenders: [{ kind: 'gold', amountMinor: 1_000 }] })],
  'another currency': ['currency', () => of({ currency: 'NZD' })],
  'no currency at all': ['currency', () => of({ currency: 'dollars' })],
  'a date that is none': ['businessDate', () => of({ businessDate: '2026-02-30' })],
  'an instant without offset': ['occurredAt', () => of({ occurredAt: '2026-03-01T00:00:00' })],
  'an instant that is none': ['occurredAt', () => of({ occurredAt: 'yesterday' })],
  'a ticket from tomorrow': ['occurredAt', () => of({ occurredAt: '2026-03-02T00:00:00Z' })],
  'the same redemption twice': ['redemptionIds', () => of({ redemptionIds: ['R', 'R'] })],
  'a control character': ['ticketNo', () => of({ ticketNo: '00\u00001' })],
};

it.each(Object.entries(bodies))('%s is said with its path, and nothing is kept', async (_, [path, body]) => {
  const before = await log!.end();
  const sent = body();
  const [booked, quoted] = [
    await club.till.client.post<ProblemBody>('/v1/purchases', sent),
    await club.till.client.post<ProblemBody>('/v1/quotes', sent),
  ];
  for (const reply of [booked, quoted]) {
    expect([reply.status, reply.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(reply.body.errors?.map((error) => error.path)).toContain(path);
  }
  expect(await log!.end()).toEqual(before);
});

it.each([
  ['no JSON', '{"memberId":', 'malformed-json'],
  ['nothing', '', 'validation'],
  ['a list', '[]', 'validation'],
  ['a key that is not for bodies', '{"__proto__":{"a":1}}', 'malformed-json'],
  ['more than anybody has to say', JSON.stringify({ memberId: 'x'.repeat(300_000) }), 'body-too-large'],
  ['a deep well', '['.repeat(20_000) + ']'.repeat(20_000), 'body-too-deep'],
])('%s is no ticket', async (_, body, code) => {
  const before = await log!.end();
  const reply = await club.till.client.post('/v1/purchases', body);
  expect([reply.status, codeOf(reply)]).toEqual([400, code]);
  expect(await log!.end()).toEqual(before);
});

it('a body of another type is refused', async () => {
  const reply = await club.till.client.send('/v1/purchases', {
    body: 'memberId=M1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect([reply.status, codeOf(reply)]).toEqual([400, 'unsupported-content-type']);
});

const requests: Readonly<Record<string, readonly [string, number, () => object]>> = {
  'a ticket of nobody': ['/v1/purchases', 404, () => of({ memberId: 'nobody' })],
  'a ticket of an unknown store': ['/v1/purchases', 404, () => of({ storeId: 'S9' })],
  'a ticket of another store': ['/v1/purchases', 403, () => of({ storeId: 'S2', currency: 'NZD' })],
  'a ticket of another till': ['/v1/purchases', 403, () => of({ tillId: 'T2' })],
  'a redemption of points that are not there': [
    '/v1/redemptions',
    404,
    () => ({ memberId: member, storeId: 'S1', kind: 'reward', rewardId: 'no-such-reward' }),
  ],
  'the capture of nothing': ['/v1/redemptions/no-such-redemption/capture', 404, () => ({})],
  'a return of nothing': [
    '/v1/returns',
    404,
    () => ({
      ...{ memberId: member, storeId: 'S1', tillId: 'T1', ticketNo: 'R1', businessDate: '2026-03-01' },
      ...{ occurredAt: club.now(), of: { purchaseId: 'no-such-sale' }, amountMinor: 1 },
    }),
  ],
  'a return told in two ways': [
    '/v1/returns',
    400,
    () => ({
      ...{ memberId: member, storeId: 'S1', tillId: 'T1', ticketNo: 'R1', businessDate: '2026-03-01' },
      ...{ occurredAt: club.now(), of: { purchaseId: 'P' }, amountMinor: 1, lines: [{ lineNo: 1, quantity: 1 }] },
    }),
  ],
  'somebody else’s phone number': [
    '/v1/members',
    409,
    () => ({ storeId: 'S1', channel: 'till', profile: { phone: '+61 400 000 001' } }),
  ],
  'a phone number that is none': [
    '/v1/members',
    400,
    () => ({ storeId: 'S1', channel: 'till', profile: { phone: '12' } }),
  ],
  'a birthday that is none': [
    '/v1/members',
    400,
    () => ({ storeId: 'S1', channel: 'till', profile: { birthday: '1990-02-30' } }),
  ],
};

it.each(Object.entries(requests))('%s is refused, and nothing is kept', async (_, [path, status, body]) => {
  const before = await log!.end();
  const reply = await club.till.client.post(path, body());
  expect([reply.status, reply.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  expect(await log!.end()).toEqual(before);
});

it('a programme is checked whole, each fault with its path', async () => {
  const before = await log!.end();
  const wrong = programme({
    rules: [{ id: 'base', wallet: 'gems', phase: 'base', award: { kind: 'perAmount', points: -1 } }],
  });
  const reply = await club.office.post<ProblemBody>('/v1/programme/versions', { document: wrong, note: 'wrong' });
  expect(reply.status).toBe(400);
  const paths = reply.body.errors?.map(({ path }) => path) ?? [];
  expect(paths).toEqual(
    expect.arrayContaining(['document.earningRules[0].name', 'document.earningRules[0].award.points']),
  );
  expect(await log!.end()).toEqual(before);
});
