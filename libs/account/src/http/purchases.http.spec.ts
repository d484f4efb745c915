import { on, programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, problem, sale, ticket } from '../testing/account-app';

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
