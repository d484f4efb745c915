import { AccountModule } from '../module';
import { AccountApp, by, pathsOf, problem, sale, ticket } from '../testing/account-app';

// One application for all: nothing is kept of what is refused, which each table checks.
let chain: AccountApp;
beforeAll(async () => void (chain = await AccountApp.start(AccountModule)));
afterAll(() => chain.close());

describe('a body that is not in order', () => {
  const line = { lineNo: 1, sku: 'A', quantity: 1, unitPriceMinor: 7000 };
  it.each<[string, object, string]>([
    ['an unknown field', { cashier: 'C1' }, 'cashier'],
    ['an unknown field of a line', { lines: [{ ...line, colour: 'red' }] }, 'lines[0].colour'],
    ['a day of the year 0', { businessDate: '0000-01-01' }, 'businessDate'],
    ['an instant of the year 0', { occurredAt: '0000-01-01T10:00:00Z' }, 'occurredAt'],
    ['no member', { memberId: undefined }, 'memberId'],
    ['no lines', { lines: [] }, 'lines'],
    ['too many lines', { lines: Array.from({ length: 501 }, (_, index) => ({ ...line, lineNo: index + 1 })) }, 'lines'],
    ['a negative price', { lines: [{ ...line, unitPriceMinor: -1 }] }, 'lines[0].unitPriceMinor'],
    ['half a cent', { lines: [{ ...line, unitPriceMinor: 0.5 }] }, 'lines[0].unitPriceMinor'],
    ['a price as text', { lines: [{ ...line, unitPriceMinor: '7000' }] }, 'lines[0].unitPriceMinor'],
    ['an absurd price', { lines: [{ ...line, unitPriceMinor: 10 ** 13 }] }, 'lines[0].unitPriceMinor'],
    [
      'an absurd product',
      { lines: [{ ...line, quantity: 10 ** 6, unitPriceMinor: 10 ** 12 }] },
      'lines[0].unitPriceMinor',
    ],
    ['a quantity of nothing', { lines: [{ ...line, quantity: 0 }] }, 'lines[0].quantity'],
    ['half a piece', { lines: [{ ...line, quantity: 1.5 }] }, 'lines[0].quantity'],
    ['two prices', { lines: [{ ...line, grossMinor: 7000 }] }, 'lines[0].grossMinor'],
    ['no price', { lines: [{ lineNo: 1, sku: 'A', quantity: 1 }] }, 'lines[0].grossMinor'],
    [
      'a line number twice',
      { lines: [line, line], tenders: [{ kind: 'card', amountMinor: 14_000 }] },
      'lines[1].lineNo',
    ],
    ['a discount above the line', { lines: [{ ...line, discountMinor: 7001 }] }, 'lines[0].discountMinor'],
    ['a discount above the ticket', { ticketDiscountMinor: 7001 }, 'ticketDiscountMinor'],
    ['tenders that do not add up', { tenders: [{ kind: 'card', amountMinor: 6999 }] }, 'tenders'],
    ['an unknown tender', { tenders: [{ kind: 'shells', amountMinor: 7000 }] }, 'tenders[0].kind'],
    ['a negative tender', { tenders: [{ kind: 'card', amountMinor: -1 }] }, 'tenders[0].amountMinor'],
    ['too many redemptions', { redemptionIds: Array.from({ length: 21 }, (_, index) => `r${index}`) }, 'redemptionIds'],
    ['a redemption twice', { redemptionIds: ['r1', 'r1'] }, 'redemptionIds'],
    ['a date that is none', { businessDate: '2026-02-30' }, 'businessDate'],
    ['an instant without offset', { occurredAt: '2026-03-01T12:00:00' }, 'occurredAt'],
    ['an instant to come', { occurredAt: '2026-03-01T12:05:01+11:00' }, 'occurredAt'],
    ['another currency', { currency: 'NZD' }, 'currency'],
    ['no currency', { currency: 'dollars' }, 'currency'],
    ['an id with a slash', { ticketNo: '1', tillId: 'T/1' }, 'tillId'],
  ])('%s', async (_, change, path) => {
    for (const url of ['/v1/purchases', '/v1/quotes']) {
      const refused = await chain.post(url, ticket(change));
      expect(refused).toMatchObject({ status: 400, body: { type: problem('validation') } });
      expect(pathsOf(refused)).toContain(path);
    }
    expect(await chain.events()).toBe(0);
  });

  it('too large a body', async () => {
    const huge = await chain.post('/v1/purchases', ticket({ ticketNo: 'x'.repeat(300_000) }));
    expect(huge).toMatchObject({ status: 400, body: { type: problem('body-too-large') } });
  });

  it('no key', async () => {
    const keyless = await chain.call('POST', '/v1/purchases', ticket(), { key: '' });
    expect(keyless).toMatchObject({ status: 400, body: { type: problem('idempotency-key-required') } });
  });
});

describe('who and where', () => {
  it.each<[string, object, string, [number, string]]>([
    ['an unknown store', { storeId: 'S9' }, by.headOffice, [404, 'store-not-found']],
    ['an unknown till', { tillId: 'T9' }, by.headOffice, [404, 'till-not-found']],
    ['an unknown member', { memberId: 'nobody' }, by.headOffice, [404, 'member-not-found']],
    ['a till of another store', {}, by.tillOfS2, [403, 'out-of-scope']],
    ['another till of the store', {}, by.otherTill, [403, 'out-of-scope']],
    ['a cashier of another store', { storeId: 'S2' }, by.cashier, [403, 'out-of-scope']],
    ['a manager of another store', {}, by.otherManager, [403, 'out-of-scope']],
    ['an auditor', {}, by.auditor, [403, 'forbidden']],
    ['a marketer', {}, by.marketer, [403, 'forbidden']],
    ['a care agent', {}, by.careAgent, [403, 'forbidden']],
    ['the member', {}, by.member('M1'), [403, 'forbidden']],
  ])('not %s', async (_, change, token, [status, code]) => {
    for (const url of ['/v1/purchases', '/v1/quotes'])
      expect(await chain.post(url, ticket(change), { token })).toMatchObject({ status, body: { type: problem(code) } });
    expect(await chain.events()).toBe(0);
  });

  it.each(['headOffice', 'storeManager', 'cashier', 'till'] as const)('%s', async (who) => {
    expect((await chain.post('/v1/purchases', ticket({ ticketNo: who }), { token: by[who] })).status).toBe(201);
  });

  it('the session says who sat at the till, whatever the body says', async () => {
    const recorded = async (no: string, token: string): Promise<unknown> => {
      await chain.post('/v1/purchases', sale(no, 100, { cashierId: 'C9' }), { token });
      const events = await chain.platform.store.readStream('account-M1', 0, 100);
      const data = events.filter(({ type }) => type === 'PurchaseRecorded').at(-1)?.data ?? '{}';
      return (JSON.parse(data) as { ticket: { cashierId?: string } }).ticket.cashierId;
    };
    expect(await recorded('1', by.cashier)).toBe('cashier');
    expect(await recorded('2', by.till)).toBe('C9');
    expect(await recorded('3', by.headOffice)).toBe('C9');
  });

  it('an erased member is none, a suspended one is told so', async () => {
    chain.members.set('M2', 'suspended');
    expect(await chain.post('/v1/purchases', ticket({ memberId: 'M2' }))).toMatchObject({
      status: 409,
      body: { type: problem('member-suspended') },
    });
    chain.members.set('M2', 'erased');
    expect(await chain.post('/v1/purchases', ticket({ memberId: 'M2' }))).toMatchObject({
      status: 404,
      body: { type: problem('member-not-found') },
    });
  });

  it('a repeat gets its first answer even when the member is gone meanwhile', async () => {
    const theirs = sale('M3-1', 100, { memberId: 'M3' });
    const first = await chain.post('/v1/purchases', theirs, { key: 'k1' });
    chain.members.set('M3', 'erased');
    expect(await chain.post('/v1/purchases', theirs, { key: 'k1' })).toEqual(first);
  });

  it('a till may be five minutes ahead; what it tells counts as now', async () => {
    const { status, body } = await chain.post(
      '/v1/purchases',
      ticket({ ticketNo: 'ahead', occurredAt: '2026-03-01T12:05:00+11:00' }),
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ earned: [{ activeFrom: '2026-03-01T01:00:00.000Z' }] });
  });
});
