import { programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, pathsOf, problem, sale, type Answered } from '../testing/account-app';

const rules = programme({
  wallets: [wallet({ returns: { points: 'proportional', reach: 'unlimited' } })],
  earningRules: [rule()],
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const saleKey = (ticketNo: string) => ({ storeId: 'S1', tillId: 'T1', ticketNo, businessDate: '2026-03-01' });

const back = (ticketNo: string, of: object, goods: object): Record<string, unknown> => ({
  memberId: 'M1',
  ...saleKey(ticketNo),
  occurredAt: '2026-03-01T12:00:00+11:00',
  of,
  ...goods,
});

const bought = async (minor = 2_000, changes: object = {}): Promise<string> =>
  String((await chain.buy('1', minor, changes)).body['purchaseId']);

const refusedWith = (status: number, code: string) =>
  ({ status, body: { type: problem(code) } }) as unknown as Answered;

describe('a return', () => {
  it('takes back what the part had earned', async () => {
    const purchaseId = await bought();
    const { status, body } = await chain.post('/v1/returns', back('R1', { purchaseId }, { amountMinor: 500 }));
    expect(status).toBe(201);
    expect(body).toEqual({
      returnId: expect.any(String) as string,
      duplicate: false,
      reversed: [
        {
          wallet: 'points',
          points: 5,
          forgiven: 0,
          fromExpired: 0,
          debt: 0,
          lots: [{ lotId: `${purchaseId}.1`, points: 5 }],
        },
      ],
      debtIncurred: 0,
      reinstated: [],
      wallets: [{ code: 'points', available: 15, pending: 0, held: 0, debt: 0 }],
      tier: null,
    });
  });

  it('finds its sale by the ticket, at any store of the chain', async () => {
    await bought();
    const elsewhere = { ...back('R1', saleKey('1'), { lines: [{ lineNo: 1, quantity: 1 }] }), storeId: 'S2' };
    expect(await chain.post('/v1/returns', elsewhere, { token: by.tillOfS2 })).toMatchObject({
      status: 201,
      body: { reversed: [{ points: 20 }] },
    });
  });

  it('under the same key: the same answer; under another: the first result', async () => {
    const purchaseId = await bought();
    const body = back('R1', { purchaseId }, { amountMinor: 500 });
    const first = await chain.post('/v1/returns', body, { key: 'k1' });
    expect(await chain.post('/v1/returns', body, { key: 'k1' })).toEqual(first);
    await chain.buy('2', 10_000);
    expect(await chain.post('/v1/returns', body)).toEqual({ status: 200, body: { ...first.body, duplicate: true } });
    expect(await chain.available()).toBe(115);
  });

  it('with other content under its number is refused', async () => {
    const purchaseId = await bought();
    await chain.post('/v1/returns', back('R1', { purchaseId }, { amountMinor: 500 }));
    const other = await chain.post('/v1/returns', back('R1', { purchaseId }, { amountMinor: 600 }));
    expect(other).toMatchObject(refusedWith(409, 'ticket-differs'));
  });

  it('may have the number of a sale: they are two tickets', async () => {
    const purchaseId = await bought();
    expect((await chain.post('/v1/returns', back('1', { purchaseId }, { amountMinor: 500 }))).status).toBe(201);
  });

  it('of more than is left is refused', async () => {
    const purchaseId = await bought();
    await chain.post('/v1/returns', back('R1', { purchaseId }, { amountMinor: 1_500 }));
    const more = await chain.post('/v1/returns', back('R2', { purchaseId }, { amountMinor: 501 }));
    expect(more).toMatchObject(refusedWith(409, 'already-returned'));
    const lines = await chain.post('/v1/returns', back('R3', { purchaseId }, { lines: [{ lineNo: 2, quantity: 1 }] }));
    expect(lines).toMatchObject(refusedWith(404, 'line-not-found'));
  });

  it('leaves a debt when the points are spent', async () => {
    const purchaseId = await bought();
    const spent = { wallet: 'points', points: -20, reason: 'test' };
    await chain.post('/v1/accounts/M1/adjustments', spent, { token: by.headOffice });
    expect(await chain.post('/v1/returns', back('R1', { purchaseId }, { amountMinor: 2_000 }))).toMatchObject({
      status: 201,
      body: { debtIncurred: 20, wallets: [{ available: 0, debt: 20 }] },
    });
  });
});

describe('a sale that is not there', () => {
  it('is not found', async () => {
    for (const named of [{ purchaseId: 'none' }, saleKey('none')])
      expect(await chain.post('/v1/returns', back('R1', named, { amountMinor: 1 }))).toMatchObject(
        refusedWith(404, 'purchase-not-found'),
      );
    expect(await chain.events()).toBe(0);
  });

  it('can be waited for: the return is booked when it arrives', async () => {
    const body = back('R1', saleKey('1'), { amountMinor: 500 });
    const parked = await chain.post('/v1/returns?park=true', body);
    expect(parked).toEqual({ status: 202, body: { status: 'parked', returnId: expect.any(String) as string } });
    expect(await chain.post('/v1/returns?park=true', body)).toEqual(parked);
    const booked = await chain.buy('1', 2_000);
    expect(booked.body).toMatchObject({ earned: [{ points: 20 }], wallets: [{ available: 15 }] });
    expect(await chain.post('/v1/returns', body)).toMatchObject({
      status: 200,
      body: { duplicate: true, returnId: parked.body['returnId'], reversed: [{ points: 5 }] },
    });
  });

  it("keeps its number meanwhile: nobody else's return can have it, and the sale is booked all the same", async () => {
    await chain.post('/v1/returns?park=true', back('R1', saleKey('1'), { amountMinor: 500 }));
    const theirs = await chain.buy('2', 2_000, { memberId: 'M2' });
    const named = { purchaseId: theirs.body['purchaseId'] };
    const other = await chain.post('/v1/returns', { ...back('R1', named, { amountMinor: 500 }), memberId: 'M2' });
    expect(other).toMatchObject(refusedWith(409, 'ticket-differs'));
    expect((await chain.buy('1', 2_000)).body['wallets']).toMatchObject([{ available: 15 }]);
  });

  it('because it is a return', async () => {
    const purchaseId = await bought();
    const { body } = await chain.post('/v1/returns', back('R1', { purchaseId }, { amountMinor: 500 }));
    for (const named of [{ purchaseId: body['returnId'] }, saleKey('R1')])
      for (const url of ['/v1/returns', '/v1/returns?park=true'])
        expect(await chain.post(url, back('R2', named, { amountMinor: 1 }))).toMatchObject(
          refusedWith(409, 'not-a-sale'),
        );
  });

  it("because it is another member's", async () => {
    const purchaseId = await bought(2_000, { memberId: 'M2' });
    for (const named of [{ purchaseId }, saleKey('1')])
      for (const url of ['/v1/returns', '/v1/returns?park=true'])
        expect(await chain.post(url, back('R1', named, { amountMinor: 1 }))).toMatchObject(
          refusedWith(409, 'another-member'),
        );
  });
});

describe('a body that is not in order', () => {
  const of = { purchaseId: 'P1' };
  it.each<[string, object, string]>([
    ['nothing comes back', {}, 'lines'],
    ['told in two ways', { lines: [{ lineNo: 1, quantity: 1 }], amountMinor: 1 }, 'lines'],
    ['no lines', { lines: [] }, 'lines'],
    ['a line twice', { lines: [1, 1].map((lineNo) => ({ lineNo, quantity: 1 })) }, 'lines[1].lineNo'],
    ['half a piece', { lines: [{ lineNo: 1, quantity: 0.5 }] }, 'lines[0].quantity'],
    ['less than nothing', { amountMinor: -1 }, 'amountMinor'],
    ['nothing at all', { amountMinor: 0 }, 'amountMinor'],
    ['an unknown field', { amountMinor: 1, why: 'broken' }, 'why'],
    ['no sale', { amountMinor: 1, of: {} }, 'of.purchaseId'],
    ['an instant to come', { amountMinor: 1, occurredAt: '2026-03-02T12:00:00+11:00' }, 'occurredAt'],
  ])('%s', async (_, goods, path) => {
    const refused = await chain.post('/v1/returns', { ...back('R1', of, {}), ...goods });
    expect(refused).toMatchObject(refusedWith(400, 'validation'));
    expect(pathsOf(refused)).toContain(path);
    expect(await chain.events()).toBe(0);
  });

  it('park is yes or no', async () =>
    expect(await chain.post('/v1/returns?park=maybe', back('R1', of, { amountMinor: 1 }))).toMatchObject({
      status: 400,
    }));
});

it('is for tills, in their store', async () => {
  const purchaseId = await bought();
  const body = back('R1', { purchaseId }, { amountMinor: 500 });
  for (const token of [by.auditor, by.careAgent, by.member('M1')])
    expect((await chain.post('/v1/returns', body, { token })).status).toBe(403);
  expect(await chain.post('/v1/returns', body, { token: by.tillOfS2 })).toMatchObject(refusedWith(403, 'out-of-scope'));
  const unknown = { token: by.headOffice };
  expect(await chain.post('/v1/returns', { ...body, storeId: 'S9' }, unknown)).toMatchObject(
    refusedWith(404, 'store-not-found'),
  );
  expect(await chain.post('/v1/returns', { ...body, memberId: 'nobody' }, unknown)).toMatchObject(
    refusedWith(404, 'member-not-found'),
  );
  expect((await chain.post('/v1/purchases', sale('1', 2_000))).body).toMatchObject({ duplicate: true });
});
