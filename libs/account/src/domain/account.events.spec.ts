import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccountEvent, accountEvents } from './account.events';
import { wholeLife } from './testing/whole-life';
import { reasonsIn, type ToldReasons } from './told-sale';

type Type = AccountEvent['type'];
type Data = Record<string, unknown>;

const schemaOf = (type: Type) => {
  const found = accountEvents.all().find((each) => each.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found.schema;
};

const types = accountEvents.all().map((each) => each.type as Type);
const fits = (type: Type, data: unknown): boolean => schemaOf(type).safeParse(data).success;

/** An event as it once went into the log under a version, the present one unless told. */
const stored = (type: Type, version = accountEvents.versionOf(type)): Data =>
  JSON.parse(readFileSync(join(__dirname, 'account.history', `${type}.${version}.json`), 'utf8')) as Data;

/** Every version of every type before the present one. */
const earlier = types.flatMap((type) =>
  Array.from({ length: accountEvents.versionOf(type) - 1 }, (_, index) => [type, index + 1] as const),
);

const without = (data: Data, field: string): Data =>
  Object.fromEntries(Object.entries(data).filter(([key]) => key !== field));

/** Every copy of a value in which one of the objects in it, at any depth, has one field more. */
const withStranger = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value))
    return value.flatMap((item, place) => withStranger(item).map((changed) => value.with(place, changed)));
  if (value === null || typeof value !== 'object') return [];
  const deeper = Object.entries(value).flatMap(([key, item]) =>
    withStranger(item).map((changed) => ({ ...value, [key]: changed })),
  );
  return [{ ...value, stranger: 'x' }, ...deeper];
};

describe('the facts of an account', () => {
  it('that a whole life states all fit their schemas, and lose nothing on the way through text', () => {
    for (const event of wholeLife().events) {
      const parsed = schemaOf(event.type).parse(JSON.parse(JSON.stringify(event.data)));
      expect(parsed).toEqual(event.data);
    }
  });

  it.each(earlier)('are understood as they were once written: %s %d', (type, version) => {
    const data = accountEvents.upcast(type, version, stored(type, version));
    expect(schemaOf(type).parse(data)).toEqual(data);
  });

  it('told as pairs once, the rules that gave nothing keep their reasons', () => {
    const lifted = accountEvents.upcast('ActivityRecorded', 1, stored('ActivityRecorded', 1));
    expect(reasonsIn(lifted as { notEarned: ToldReasons })).toEqual(stored('ActivityRecorded', 1)['notEarned']);
    expect(accountEvents.upcast('VisitRecorded', 1, { visitId: 'V', notEarned: [] })).toEqual({ visitId: 'V' });
  });

  it.each(types)('with a field that nobody knows, however deep, are refused: %s', (type) => {
    const changed = withStranger(stored(type));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((data) => fits(type, data))).toEqual([]);
  });

  it.each(types)('with a field of another kind are refused: %s', (type) => {
    const data = stored(type);
    const others = Object.entries(data).map(([key, value]) => ({ ...data, [key]: typeof value === 'object' ? 7 : {} }));
    const nullable = ['activeFrom', 'expiresAt', 'programmeVersion'];
    const taken = others.filter((each) => fits(type, each));
    expect(taken.every((each) => nullable.some((key) => each[key] === 7))).toBe(true);
  });
});

describe('what may be left out of a fact', () => {
  const optional: Partial<Record<Type, readonly string[]>> = {
    PurchaseRecorded: ['notEarned'],
    VisitRecorded: ['tillId', 'notEarned'],
    ActivityRecorded: ['storeId', 'details', 'notEarned'],
    PointsEarned: ['occasion', 'issuingStore', 'ownEnd', 'ordinal', 'multipliers', 'clips'],
    PointsExpired: ['issuingStore'],
    PointsDeducted: ['note'],
    PointsConverted: ['ordinal'],
    PointsHeld: ['valueMinor'],
    HoldCaptured: ['valueMinor', 'purchaseId'],
    RedemptionUndone: ['fresh', 'returnId'],
    PurchaseReturned: ['parked'],
    TierReached: ['noticeAt'],
    TierLost: ['noticeAt'],
    TierCorrected: ['noticeAt'],
    TierChangeAwaited: ['changesAt', 'noticeAt'],
  };

  it.each(types)('is only what is not always known: %s', (type) => {
    const data = stored(type);
    const spare = Object.keys(data).filter((field) => fits(type, without(data, field)));
    const allowed = optional[type] ?? [];
    expect(spare.filter((field) => !allowed.includes(field))).toEqual([]);
  });

  it.each(Object.entries(optional))('is absent rather than null: %s %j', (type, fields) => {
    for (const field of fields) expect(fits(type as Type, { ...stored(type as Type), [field]: null })).toBe(false);
  });
});

describe('what no fact may say', () => {
  const slice = { lotId: 'L', points: 1 };

  it.each<[Type, Data]>([
    ['PointsEarned', { points: 0 }],
    ['PointsEarned', { points: 1.5 }],
    ['PointsEarned', { points: -3 }],
    ['PointsEarned', { lotId: '' }],
    ['PointsEarned', { cause: { kind: 'luck' } }],
    ['PointsEarned', { cause: { kind: 'rule', rule: 'base', version: 0 } }],
    ['PointsEarned', { multipliers: [{ rule: 'x', num: 1, den: 0, points: 1 }] }],
    ['PointsEarned', { clips: [{ rule: 'x', limitId: 'l', wouldBe: 5, given: -1 }] }],
    ['PointsEarned', { ordinal: 6 }],
    ['PurchaseRecorded', { notEarned: { rules: ['a', 'b'], because: ['on'] } }],
    ['VisitRecorded', { notEarned: { rules: [], because: [] } }],
    ['PointsExpired', { ordinal: 0 }],
    ['PointsExpired', { points: 0 }],
    ['PointsDeducted', { slices: [{ ...slice, points: 0 }] }],
    ['PointsConverted', { times: 0 }],
    ['PointsHeld', { aim: { kind: 'gift', storeId: 'S1' } }],
    ['PointsHeld', { aim: { kind: 'payWithPoints', wallet: 'p', billMinor: 5, points: 'min', storeId: 'S1' } }],
    ['PointsHeld', { until: '2026-01-01' }],
    ['HoldCaptured', { points: 0 }],
    ['RedemptionUndone', { grace: [{ lotId: 'L', expiresAt: null }] }],
    ['PurchaseReturned', { lines: [{ lineNo: 1, quantity: -1, amountMinor: 0, spreadMinor: 0 }] }],
    ['ReturnParked', { request: { place: { storeId: 'S1', businessDate: 'd' }, occurredAt: 1, goods: {} } }],
    ['PointsReversed', { forgiven: -1 }],
    ['DebtIncurred', { points: 0 }],
    ['DebtRepaid', { points: -5 }],
    ['TicketReviewed', { verdict: 'perhaps' }],
    ['TierReached', { step: { at: 1, kind: 'given', from: 'a', to: 'b' } }],
    ['TierNoticed', { missing: -1 }],
    ['VoucherIssued', { benefit: { kind: 'percentVoucher', percent: 0 } }],
    ['VoucherIssued', { benefit: { kind: 'percentVoucher', percent: 5, roundToMinor: 0 } }],
    ['VoucherIssued', { benefit: { kind: 'voucher', amountMinor: 0 } }],
    ['VoucherIssued', { origin: { kind: 'luck', reference: 'x' } }],
    ['VoucherUsed', { purchaseId: '' }],
  ])('%s with %j', (type, changes) => expect(fits(type, { ...stored(type), ...changes })).toBe(false));
});

describe('every kind that a fact may name', () => {
  it.each<[Type, string, readonly unknown[]]>([
    [
      'PointsEarned',
      'cause',
      [
        { kind: 'rule', rule: 'base', version: 1 },
        { kind: 'adjustment', reason: '' },
        { kind: 'conversion', conversionId: 'c', version: 2 },
        { kind: 'goodwill', reference: 'complaint-1' },
        { kind: 'campaign', reference: 'enrolment-1' },
        { kind: 'undo', redemptionId: 'r' },
      ],
    ],
    [
      'VoucherIssued',
      'benefit',
      [
        { kind: 'freeProduct', sku: 'A' },
        { kind: 'voucher', amountMinor: 1 },
        { kind: 'percentVoucher', percent: 100 },
        { kind: 'percentVoucher', percent: 10, roundToMinor: 100 },
      ],
    ],
    [
      'PointsHeld',
      'aim',
      [
        { kind: 'reward', rewardId: 'r', storeId: 'S1' },
        { kind: 'reward', rewardId: 'r', storeId: 'S1', ticket: {} },
        { kind: 'payWithPoints', wallet: 'p', billMinor: 0, points: 'max', storeId: 'S1', ticket: { tillId: 'T1' } },
      ],
    ],
    ['PointsExpired', 'ordinal', [1, 2, 3, 4, 5]],
    ['PurchaseRecorded', 'programmeVersion', [null, 1, 999]],
    ['PointsEarned', 'activeFrom', [null, 0, -1]],
  ])('is understood: %s %s', (type, field, values) => {
    for (const value of values) {
      const data = { ...stored(type), [field]: value };
      expect(schemaOf(type).parse(data)).toEqual(data);
    }
  });
});
