import {
  at,
  basket,
  fixed,
  line,
  noon,
  occasion,
  purchase,
  rule,
  type RuleDraft,
  rulebookWith,
  standing,
} from '../../testing/programmes';
import type { Occasion, Standing } from '../occasion';
import { assess } from './assess';

const tiers = {
  levels: [
    { code: 'member', min: 0 },
    { code: 'gold', min: 1 },
  ],
};

/** Why a rule with these conditions gives nothing; `undefined` when it does. */
const failing = (when: RuleDraft['when'], event: Occasion, member: Partial<Standing> = {}): string | undefined => {
  const rulebook = rulebookWith({ tiers, earningRules: [rule('r', fixed(1), { when })] });
  const { awards, notEarned } = assess(rulebook, event, standing(member));
  expect(awards.length + notEarned.length).toBe(1);
  return notEarned[0]?.because;
};

const ticket = purchase([
  line(1, 2000, { sku: 'A', category: 'oil', brand: 'X', labels: ['colour=red'] }),
  line(2, 500),
]);
const sold = (text: string, changes: Partial<Occasion> = {}): Occasion => ({ ...ticket, at: at(text), ...changes });

describe('a rule without conditions', () => {
  it('is set off by purchases only', () => {
    expect(failing({}, ticket)).toBeUndefined();
    expect(failing({}, occasion('visit'))).toBe('on');
  });
});

describe('what sets a rule off', () => {
  it.each(['visit', 'enrolment', 'birthday', 'activity:review'] as const)('%s', (on) => {
    expect(failing({ on: [on] }, occasion(on))).toBeUndefined();
    expect(failing({ on: ['purchase', on] }, occasion(on))).toBeUndefined();
    expect(failing({ on: [on] }, ticket)).toBe('on');
  });
  it('one kind of activity is not another', () =>
    expect(failing({ on: ['activity:review'] }, occasion('activity:share'))).toBe('on'));
  it('a disabled rule is set off by nothing', () => {
    const rulebook = rulebookWith({ earningRules: [rule('r', fixed(1), { enabled: false })] });
    expect(assess(rulebook, ticket, standing()).notEarned).toEqual([{ rule: 'r', because: 'disabled' }]);
    expect(assess(rulebook, occasion('visit'), standing()).notEarned).toEqual([{ rule: 'r', because: 'disabled' }]);
  });
});

describe('where and who', () => {
  const { store: _, ...nowhere } = ticket;
  it('the store', () => {
    expect(failing({ stores: ['S0', 'S1'] }, ticket)).toBeUndefined();
    expect(failing({ stores: ['S2'] }, ticket)).toBe('stores');
    expect(failing({ stores: ['S1'] }, nowhere)).toBe('stores');
  });
  it('the region', () => {
    expect(failing({ regions: ['VIC'] }, ticket)).toBeUndefined();
    expect(failing({ regions: ['NSW'] }, ticket)).toBe('regions');
  });
  it('the channel', () => {
    expect(failing({ channels: ['web'] }, { ...ticket, channel: 'web' })).toBeUndefined();
    expect(failing({ channels: ['web'] }, ticket)).toBe('channels');
  });
  it('the tier before the occasion', () => {
    expect(failing({ tiers: ['gold'] }, ticket, { tier: 'gold' })).toBeUndefined();
    expect(failing({ tiers: ['gold'] }, ticket, { tier: 'member' })).toBe('tiers');
    expect(failing({ tiers: ['gold'] }, ticket)).toBe('tiers');
  });
  it('any of the segments', () => {
    expect(failing({ segments: ['a', 'b'] }, ticket, { segments: ['c', 'b'] })).toBeUndefined();
    expect(failing({ segments: ['a', 'b'] }, ticket, { segments: ['c'] })).toBe('segments');
  });
  it('the first purchase', () => {
    expect(failing({ firstPurchase: true }, ticket, { firstPurchase: true })).toBeUndefined();
    expect(failing({ firstPurchase: true }, ticket)).toBe('firstPurchase');
    expect(
      failing({ on: ['visit', 'purchase'], firstPurchase: true }, occasion('visit'), { firstPurchase: true }),
    ).toBe('firstPurchase');
  });
  it('days since joining, the day of joining being day 0', () => {
    const joined = (text: string) => ({ joinedAt: at(text) });
    expect(failing({ joinedWithinDays: 30 }, ticket, joined('2026-02-03T00:00:00+11:00'))).toBeUndefined();
    expect(failing({ joinedWithinDays: 30 }, ticket, joined('2026-02-02T23:59:59+11:00'))).toBe('joinedWithinDays');
    expect(failing({ joinedWithinDays: 0 }, ticket, { joinedAt: noon + 60_000 })).toBeUndefined();
    expect(failing({ joinedWithinDays: 30 }, ticket, joined('2026-03-06T00:00:00+11:00'))).toBe('joinedWithinDays');
    expect(failing({ joinedWithinDays: 30 }, ticket)).toBe('joinedWithinDays');
  });
});

describe("dates and times are the store's", () => {
  const march = { from: '2026-03-01', to: '2026-04-01' };
  it('dates, the end exclusive', () => {
    expect(failing(march, sold('2026-03-01T00:00:00+11:00'))).toBeUndefined();
    expect(failing(march, sold('2026-02-28T23:59:59+11:00'))).toBe('from');
    expect(failing(march, sold('2026-03-31T23:59:59+11:00'))).toBeUndefined();
    expect(failing(march, sold('2026-04-01T00:00:00+11:00'))).toBe('to');
  });
  it('in another zone it is another date', () => {
    const perth = { storeId: 'S9', timeZone: 'Australia/Perth' };
    expect(failing(march, sold('2026-03-01T00:00:00+11:00', { store: perth }))).toBe('from');
  });
  it("without a store, the programme's zone counts", () => {
    const { store: _, ...event } = sold('2026-03-01T00:00:00+11:00');
    expect(failing(march, event)).toBeUndefined();
  });
  it('weekdays, Monday being 1', () => {
    expect(failing({ weekdays: [4] }, ticket)).toBeUndefined();
    expect(failing({ weekdays: [1, 2, 3, 5, 6, 7] }, ticket)).toBe('weekdays');
  });
  it('a time of the day, the end exclusive', () => {
    const evening = { timeOfDay: ['18:00', '22:00'] as [string, string] };
    expect(failing(evening, sold('2026-03-05T18:00:00+11:00'))).toBeUndefined();
    expect(failing(evening, sold('2026-03-05T17:59:59+11:00'))).toBe('timeOfDay');
    expect(failing(evening, sold('2026-03-05T21:59:59+11:00'))).toBeUndefined();
    expect(failing(evening, sold('2026-03-05T22:00:00+11:00'))).toBe('timeOfDay');
    expect(failing({ timeOfDay: ['18:00', '24:00'] }, sold('2026-03-05T23:59:59+11:00'))).toBeUndefined();
  });
  it('past midnight a night keeps the weekday it began on', () => {
    const saturdayNight = { weekdays: [6], timeOfDay: ['22:00', '02:00'] as [string, string] };
    expect(failing(saturdayNight, sold('2026-03-07T23:00:00+11:00'))).toBeUndefined();
    expect(failing(saturdayNight, sold('2026-03-08T01:59:59+11:00'))).toBeUndefined();
    expect(failing(saturdayNight, sold('2026-03-08T02:00:00+11:00'))).toBe('weekdays');
    expect(failing(saturdayNight, sold('2026-03-07T01:00:00+11:00'))).toBe('weekdays');
    expect(failing(saturdayNight, sold('2026-03-08T23:00:00+11:00'))).toBe('weekdays');
    const sundayNight = { ...saturdayNight, weekdays: [7] };
    expect(failing(sundayNight, sold('2026-03-09T01:00:00+11:00'))).toBeUndefined();
  });
});

describe('the ticket', () => {
  it('the least the bill comes to, after all discounts', () => {
    expect(failing({ minTicketMinor: 2500 }, ticket)).toBeUndefined();
    expect(failing({ minTicketMinor: 2501 }, ticket)).toBe('minTicketMinor');
    const cheaper = purchase(basket([line(1, 2500, { discountMinor: 1 })], { ticketDiscountMinor: 1 }));
    expect(failing({ minTicketMinor: 2499 }, cheaper)).toBe('minTicketMinor');
    expect(failing({ on: ['visit', 'purchase'], minTicketMinor: 0 }, occasion('visit'))).toBe('minTicketMinor');
  });
  it('how any part of it was paid', () => {
    expect(failing({ tenders: ['card', 'cash'] }, ticket)).toBeUndefined();
    expect(failing({ tenders: ['eWallet'] }, ticket)).toBe('tenders');
  });
  it.each([
    [{ skus: ['A'] }, { skus: ['B'] }],
    [{ categories: ['oil'] }, { categories: ['parts'] }],
    [{ brands: ['X'] }, { brands: ['Y'] }],
    [{ labels: ['colour=red'] }, { labels: ['colour=blue'] }],
    [
      { categories: ['oil'], brands: ['X', 'Y'] },
      { categories: ['oil'], brands: ['Y'] },
    ],
    [{ excludeSkus: ['A'] }, { excludeSkus: ['A', 'SKU2'] }],
    [{ excludeCategories: [] }, { skus: ['A'], excludeCategories: ['oil'] }],
    [{ excludeBrands: ['Y'] }, { skus: ['A'], excludeBrands: ['X'] }],
    [{ excludeLabels: ['colour=blue'] }, { skus: ['A'], excludeLabels: ['colour=red'] }],
  ])('some line is %j, none is %j', (some, none) => {
    expect(failing({ lines: some }, ticket)).toBeUndefined();
    expect(failing({ lines: none }, ticket)).toBe('lines');
  });
  it('a line without the attribute is not in a list of it, and not excluded by one', () => {
    expect(failing({ lines: { skus: ['SKU2'], categories: ['oil'] } }, ticket)).toBe('lines');
    expect(failing({ lines: { skus: ['SKU2'], excludeCategories: ['oil'] } }, ticket)).toBeUndefined();
  });
});

describe('of several conditions', () => {
  it('all must hold, and the first that fails is named', () => {
    const when = { stores: ['S2'], tiers: ['gold'], lines: { skus: ['Z'] } };
    expect(failing(when, ticket)).toBe('stores');
    expect(failing({ ...when, stores: ['S1'] }, ticket)).toBe('tiers');
    expect(failing({ ...when, stores: ['S1'] }, ticket, { tier: 'gold' })).toBe('lines');
  });
});
