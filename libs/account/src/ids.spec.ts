import { requestIdOf, ticketIdOf, voucherCodes } from './ids';

const key = { storeId: 'S1', tillId: 'T1', ticketNo: '1', businessDate: '2026-03-01' };

describe('the id of a ticket', () => {
  it('is the same for the same business key, for ever', () =>
    expect(ticketIdOf('sale', { ...key })).toBe(ticketIdOf('sale', key)));

  it.each([
    [{ storeId: 'S2' }],
    [{ tillId: 'T2' }],
    [{ ticketNo: '2' }],
    [{ businessDate: '2026-03-02' }],
    [{ storeId: 'S1T', tillId: '1' }],
  ])('is another for %j', (change) =>
    expect(ticketIdOf('sale', { ...key, ...change })).not.toBe(ticketIdOf('sale', key)),
  );

  it('is another for a return', () => expect(ticketIdOf('return', key)).not.toBe(ticketIdOf('sale', key)));
});

it('the id of a request follows from its credential and key', () => {
  const request = { credential: 'till:S1/T1', key: 'k1', requestHash: 'a' };
  expect(requestIdOf('visit', { ...request, requestHash: 'b' })).toBe(requestIdOf('visit', request));
  expect(requestIdOf('activity', request)).not.toBe(requestIdOf('visit', request));
  expect(requestIdOf('visit', { ...request, key: 'k2' })).not.toBe(requestIdOf('visit', request));
});

describe('voucher codes', () => {
  it('are 80 random bits in letters that nobody misreads', () => {
    const codes = voucherCodes(500);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
    expect(new Set(codes).size).toBe(500);
  });

  it('use every symbol about as often', () => {
    const counts = new Map<string, number>();
    for (const symbol of voucherCodes(2_000).join('')) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    expect(counts.size).toBe(32);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(250);
  });

  it('are as many as asked for', () => expect(voucherCodes(0)).toEqual([]));
});
