import fc from 'fast-check';
import type { PackedSale, Sale } from './account.state';
import { packedSale, unpackedSale } from './packed-sale';

const text = fc.string({ maxLength: 12 });
const minor = fc.integer({ min: 0, max: 1_000_000_000_000 });
const small = fc.integer({ min: 0, max: 100_000 });
const instant = fc.integer({ min: -1_000_000_000_000, max: 4_000_000_000_000 });

/** A record whose keys beyond the required ones are there or not. */
const some = <T, Key extends keyof T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }, requiredKeys: Key[]) =>
  fc.record(parts, { requiredKeys, noNullPrototype: true });

const line = some(
  {
    lineNo: small,
    sku: text,
    category: text,
    brand: text,
    labels: fc.array(text, { maxLength: 3 }),
    quantity: small,
    grossMinor: minor,
    discountMinor: minor,
    taxMinor: minor,
  },
  ['lineNo', 'sku', 'labels', 'quantity', 'grossMinor', 'discountMinor', 'taxMinor'],
);

const tender = some({ kind: fc.constantFrom('cash', 'card', 'points', 'other'), amountMinor: minor }, [
  'kind',
  'amountMinor',
]);

const ticket = some(
  {
    storeId: text,
    tillId: text,
    ticketNo: text,
    businessDate: text,
    occurredAt: instant,
    currency: text,
    cashierId: text,
    channel: text,
    lines: fc.array(line, { maxLength: 4 }),
    ticketDiscountMinor: minor,
    tenders: fc.array(tender, { maxLength: 3 }),
    redemptionIds: fc.array(text, { maxLength: 3 }),
    voucherCodes: fc.array(text, { maxLength: 3 }),
  },
  [
    ...(['storeId', 'tillId', 'ticketNo', 'businessDate', 'occurredAt', 'currency', 'lines'] as const),
    ...(['ticketDiscountMinor', 'tenders', 'redemptionIds', 'voucherCodes'] as const),
  ],
);

const limit = fc
  .tuple(fc.constantFrom('base', 'bonus'), fc.constantFrom('day', 'ever', '1'))
  .map((parts) => parts.join('/'));

const standing = some(
  {
    tier: text,
    segments: fc.array(text, { maxLength: 3 }),
    joinedAt: instant,
    firstPurchase: fc.boolean(),
    visits: small,
    used: fc.dictionary(limit, minor, { noNullPrototype: true }),
  },
  ['segments', 'firstPurchase', 'visits', 'used'],
);

const sale: fc.Arbitrary<Sale> = fc.record(
  {
    purchaseId: text,
    at: instant,
    ticket,
    store: some({ storeId: text, region: text, timeZone: text }, ['storeId', 'timeZone']),
    programmeVersion: fc.option(fc.integer({ min: 1, max: 99 })),
    standing,
    qualifyingMinor: minor,
    returned: fc.constant([]),
  },
  { noNullPrototype: true },
);

const packed = (whole: Sale): PackedSale => packedSale(whole.purchaseId, whole.at, whole);

describe('a packed sale', () => {
  it('has every part of the sale in it', () =>
    fc.assert(fc.property(sale, (whole) => expect(unpackedSale(packed(whole))).toStrictEqual(whole))));

  it('outlasts a snapshot', () =>
    fc.assert(
      fc.property(sale, (whole) => {
        const stored = JSON.parse(JSON.stringify(packed(whole))) as PackedSale;
        expect(unpackedSale(stored)).toStrictEqual(whole);
      }),
    ));

  it('keeps what has come back of it', () => {
    const returned = [{ lineNo: 1, quantity: 1, amountMinor: 250, spreadMinor: 0 }];
    const [whole] = fc.sample(sale, { numRuns: 1, seed: 7 });
    if (whole === undefined) throw new Error('There is no sale to pack.');
    expect(unpackedSale({ ...packed(whole), returned })).toStrictEqual({ ...whole, returned });
  });
});
