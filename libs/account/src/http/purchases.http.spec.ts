import { on, programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, pathsOf, problem, sale, ticket } from '../testing/account-app';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P12M', from: 'activation', roundUp: 'month' } })],
  earningRules: [
    rule(),
    rule({
      id: 'oil-x3',
      phase: 'multiply',
      when: { lines: { categories: ['oil'] } },
      award: { kind: 'multiplier', num: 3, den: 1 },
    }),
    rule({ id: 'gold-bonus', phase: 'bonus', when: { tiers: ['gold'] }, award: { kind: 'fixed', points: 5 } }),
  ],
  tiers: {
    metric: 'netSpend',
    window: { kind: 'rolling', period: 'P12M' },
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 10_000 },
    ],
  },
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const uuid5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a ticket', () => {
  it('is booked with everything it earns', async () => {
    const { status, body } = await chain.post('/v1/purchases', ticket());
    const purchaseId = String(body['purchaseId']);
    expect(status).toBe(201);
    expect(purchaseId).toMatch(uuid5);
    expect(body).toEqual({
      purchaseId,
      duplicate: false,
      earned: [
        {
          wallet: 'points',
          points: 210,
          rule: 'base',
          programmeVersion: 1,
          activeFrom: '2026-03-01T01:00:00.000Z',
          expiresAt: '2027-04-01T00:00:00.000Z',
          lotId: `${purchaseId}.1`,
          lines: [{ lineNo: 1, points: 210 }],
          multipliers: [{ rule: 'oil-x3', num: 3, den: 1 }],
        },
      ],
      notEarned: [{ rule: 'gold-bonus', because: 'tiers' }],
      wallets: [{ code: 'points', available: 210, pending: 0, held: 0, debt: 0 }],
      tier: { code: 'member', changed: false, toNext: 3000 },
    });
  });

  it('says when it reaches a tier', async () => {
    const { body } = await chain.buy('1', 12_000);
    expect(body['tier']).toEqual({
      code: 'gold',
      changed: true,
      from: 'member',
      since: '2026-03-01T01:00:00.000Z',
      validUntil: '2028-03-01T01:00:00.000Z',
    });
    expect((await chain.buy('2', 100)).body['tier']).toMatchObject({ code: 'gold', changed: false });
  });

  it('is the same for another process', async () => {
    await chain.buy('1', 12_000);
    const beside = await chain.beside(AccountModule, rules);
    expect((await beside.buy('2', 1_000)).body['wallets']).toMatchObject([{ available: 135 }]);
    await beside.close();
    expect((await chain.buy('3', 1_000)).body['wallets']).toMatchObject([{ available: 150 }]);
  });

  it('without a programme in force earns nothing, and says why', async () => {
    await chain.close();
    chain = await AccountApp.start(AccountModule, { ...rules, all: [], at: () => undefined });
    const { status, body } = await chain.post('/v1/purchases', ticket());
    expect(status).toBe(201);
    expect(body).toMatchObject({ earned: [], notEarned: [{ because: 'no-programme' }], wallets: [], tier: null });
    expect(body['notEarned']).toEqual([{ because: 'no-programme' }]);
  });

  it('of nothing is a ticket', async () => {
    const free = await chain.post('/v1/purchases', sale('1', 0, { tenders: [] }));
    expect(free).toMatchObject({ status: 201, body: { earned: [] } });
  });

  it('before the enrolment is booked', async () => {
    const early = await chain.post('/v1/purchases', sale('1', 500, { occurredAt: '2026-02-10T12:00:00Z' }));
    expect(early.status).toBe(201);
    expect(on('2026-02-10')).toBeLessThan(chain.now);
  });
});

describe('told again', () => {
  it('under the same key: the same answer', async () => {
    const first = await chain.post('/v1/purchases', ticket(), { key: 'k1' });
    expect(await chain.post('/v1/purchases', ticket(), { key: 'k1' })).toEqual(first);
    expect(await chain.available()).toBe(210);
  });

  it('under the same key with another body: 422', async () => {
    await chain.post('/v1/purchases', ticket(), { key: 'k1' });
    const other = await chain.post('/v1/purchases', sale('9', 100), { key: 'k1' });
    expect(other).toMatchObject({ status: 422, body: { type: problem('idempotency-mismatch') } });
  });

  it('under another key: the first result, whatever happened since', async () => {
    const { body: first } = await chain.post('/v1/purchases', ticket());
    await chain.buy('later', 50_000);
    const again = await chain.post('/v1/purchases', ticket(), { key: 'k2' });
    expect(again).toEqual({ status: 200, body: { ...first, duplicate: true } });
    expect(await chain.post('/v1/purchases', ticket(), { key: 'k2' })).toEqual(again);
    expect(await chain.available()).toBe(710);
  });

  it('the lines in full say the same as the lines with defaults', async () => {
    await chain.post('/v1/purchases', ticket());
    const inFull = ticket({
      lines: [
        {
          lineNo: 1,
          sku: 'OIL5W30',
          category: 'oil',
          brand: 'X',
          labels: [],
          quantity: 2,
          grossMinor: 7000,
          discountMinor: 0,
          taxMinor: 0,
        },
      ],
      cashierId: 'C7',
    });
    expect(await chain.post('/v1/purchases', inFull)).toMatchObject({ status: 200, body: { duplicate: true } });
  });

  it('many times at once, under as many keys: booked once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => chain.post('/v1/purchases', ticket())));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => JSON.stringify({ ...body, duplicate: null }))).size).toBe(1);
    expect(await chain.available()).toBe(210);
  });

  it('with other content: refused, and nothing is kept', async () => {
    await chain.post('/v1/purchases', ticket());
    const before = await chain.events();
    const other = await chain.post('/v1/purchases', sale('000123', 9_900));
    expect(other).toMatchObject({ status: 409, body: { type: problem('ticket-differs') } });
    expect(await chain.events()).toBe(before);
  });

  it('for another member: refused', async () => {
    await chain.post('/v1/purchases', ticket());
    const other = await chain.post('/v1/purchases', ticket({ memberId: 'M2' }));
    expect(other).toMatchObject({ status: 409, body: { type: problem('ticket-differs') } });
    expect(await chain.available('points', 'M2')).toBe(0);
  });

  it.each([
    ['number', { ticketNo: '000124' }],
    ['date', { businessDate: '2026-02-28' }],
    ['till', { tillId: 'T2' }],
  ])('another %s is another ticket', async (_, change) => {
    await chain.post('/v1/purchases', ticket());
    const other = await chain.post('/v1/purchases', ticket(change), { token: by.headOffice });
    expect(other.status).toBe(201);
    expect(await chain.available()).toBe(420);
  });
});

describe('too old', () => {
  const old = ticket({ occurredAt: '2026-01-10T12:00:00+11:00', businessDate: '2026-01-10' });

  it('is set aside for a person', async () => {
    const { status, body } = await chain.post('/v1/purchases', old);
    expect({ status, body }).toEqual({ status: 202, body: { reviewId: expect.stringMatching(uuid5) } });
    expect(await chain.available()).toBe(0);
    expect(await chain.post('/v1/purchases', old)).toEqual({ status: 202, body });
  });

  it('and accepted, is booked as of when it occurred', async () => {
    const { body } = await chain.post('/v1/purchases', old);
    const url = `/v1/reviews/${String(body['reviewId'])}/accept`;
    const accepted = await chain.post(url, {}, { token: by.storeManager });
    expect(accepted).toMatchObject({
      status: 200,
      body: { duplicate: false, earned: [{ points: 210, activeFrom: '2026-01-10T01:00:00.000Z' }] },
    });
    expect(await chain.post(url, {}, { token: by.storeManager })).toEqual({
      status: 200,
      body: { ...accepted.body, duplicate: true },
    });
    expect(await chain.post('/v1/purchases', old)).toEqual({
      status: 200,
      body: { ...accepted.body, duplicate: true },
    });
  });

  it('and rejected, stays out', async () => {
    const { body } = await chain.post('/v1/purchases', old);
    const reviewId = String(body['reviewId']);
    const rejected = await chain.post(`/v1/reviews/${reviewId}/reject`, {}, { token: by.storeManager });
    expect(rejected).toEqual({ status: 200, body: { reviewId, status: 'rejected' } });
    expect(await chain.available()).toBe(0);
  });

  it('is reviewed by those who run the store', async () => {
    const { body } = await chain.post('/v1/purchases', old);
    const url = `/v1/reviews/${String(body['reviewId'])}/accept`;
    expect((await chain.post(url, {}, { token: by.otherManager })).status).toBe(403);
    expect((await chain.post(url, {}, { token: by.till })).status).toBe(403);
    expect(await chain.post('/v1/reviews/none/accept', {}, { token: by.headOffice })).toMatchObject({
      status: 404,
      body: { type: problem('review-not-found') },
    });
  });
});

describe('a quote', () => {
  it('tells what the purchase will, and keeps nothing', async () => {
    const quoted = await chain.call('POST', '/v1/quotes', ticket(), { key: '' });
    expect(await chain.events()).toBe(0);
    const { body } = await chain.post('/v1/purchases', ticket());
    const { purchaseId: _id, duplicate: _duplicate, ...result } = body;
    expect(quoted).toEqual({ status: 200, body: result });
  });

  it('of a ticket that is booked tells its first result', async () => {
    const { body } = await chain.post('/v1/purchases', ticket());
    await chain.buy('2', 1_000);
    const { purchaseId: _id, duplicate: _duplicate, ...result } = body;
    expect((await chain.post('/v1/quotes', ticket())).body).toEqual(result);
  });

  it('is refused as the purchase would be', async () => {
    const unknown = await chain.post('/v1/quotes', ticket({ redemptionIds: ['none'] }));
    expect(unknown).toMatchObject({ status: 404, body: { type: problem('redemption-not-found') } });
  });

  it('of an old ticket says that a person will have to look at it', async () => {
    const old = ticket({ occurredAt: '2026-01-10T12:00:00+11:00' });
    expect(await chain.post('/v1/quotes', old)).toMatchObject({
      status: 200,
      body: { earned: [], notEarned: [{ because: 'needs-review' }] },
    });
  });
});

describe('a body that is not in order', () => {
  const line = { lineNo: 1, sku: 'A', quantity: 1, unitPriceMinor: 7000 };
  it.each<[string, object, string]>([
    ['an unknown field', { cashier: 'C1' }, 'cashier'],
    ['an unknown field of a line', { lines: [{ ...line, colour: 'red' }] }, 'lines[0].colour'],
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

  it('a till may be five minutes ahead; what it tells counts as now', async () => {
    const { status, body } = await chain.post('/v1/purchases', ticket({ occurredAt: '2026-03-01T12:05:00+11:00' }));
    expect(status).toBe(201);
    expect(body).toMatchObject({ earned: [{ activeFrom: '2026-03-01T01:00:00.000Z' }] });
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
  it.each<[string, object, string, number, string]>([
    ['an unknown store', { storeId: 'S9' }, by.headOffice, 404, 'store-not-found'],
    ['an unknown till', { tillId: 'T9' }, by.headOffice, 404, 'till-not-found'],
    ['an unknown member', { memberId: 'nobody' }, by.headOffice, 404, 'member-not-found'],
    ['a till of another store', {}, by.tillOfS2, 403, 'out-of-scope'],
    ['another till of the store', {}, by.otherTill, 403, 'out-of-scope'],
    ['a cashier of another store', { storeId: 'S2' }, by.cashier, 403, 'out-of-scope'],
    ['a manager of another store', {}, by.otherManager, 403, 'out-of-scope'],
    ['an auditor', {}, by.auditor, 403, 'forbidden'],
    ['a marketer', {}, by.marketer, 403, 'forbidden'],
    ['a care agent', {}, by.careAgent, 403, 'forbidden'],
    ['the member', {}, by.member('M1'), 403, 'forbidden'],
  ])('not %s', async (_, change, token, status, code) => {
    for (const url of ['/v1/purchases', '/v1/quotes'])
      expect(await chain.post(url, ticket(change), { token })).toMatchObject({ status, body: { type: problem(code) } });
    expect(await chain.events()).toBe(0);
  });

  it.each(['headOffice', 'storeManager', 'cashier', 'till'] as const)('%s', async (who) => {
    expect((await chain.post('/v1/purchases', ticket(), { token: by[who] })).status).toBe(201);
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
    chain.members.set('M1', 'suspended');
    expect(await chain.post('/v1/purchases', ticket())).toMatchObject({
      status: 409,
      body: { type: problem('member-suspended') },
    });
    chain.members.set('M1', 'erased');
    expect(await chain.post('/v1/purchases', ticket())).toMatchObject({
      status: 404,
      body: { type: problem('member-not-found') },
    });
  });

  it('a repeat gets its first answer even when the member is gone meanwhile', async () => {
    const first = await chain.post('/v1/purchases', ticket(), { key: 'k1' });
    chain.members.set('M1', 'erased');
    expect(await chain.post('/v1/purchases', ticket(), { key: 'k1' })).toEqual(first);
  });
});
