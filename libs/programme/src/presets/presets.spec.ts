import { programmeDocument } from '../domain/document/checked-document';
import { assess } from '../domain/earning/assess';
import { lotTerms } from '../domain/lot-terms';
import type { Occasion, Standing } from '../domain/occasion';
import { type Rulebook, rulebookOf } from '../domain/rulebook';
import { at, line, occasion, purchase, standing } from '../testing/programmes';
import { isPresetCode, type PresetCode, presetCodes, presetDocument } from './presets';

const rulebook = (code: PresetCode): Rulebook =>
  rulebookOf({ version: 1, effectiveFrom: null, document: presetDocument(code) });

/** What an occasion earns by wallet. */
const earned = (
  code: PresetCode,
  event: Occasion,
  member: Partial<Standing> = {},
): Readonly<Record<string, number>> => {
  const points: Record<string, number> = {};
  for (const award of assess(rulebook(code), event, standing(member)).awards) {
    points[award.wallet] = (points[award.wallet] ?? 0) + award.points;
  }
  return points;
};

describe.each([...presetCodes])('the preset %s', (code) => {
  const document = presetDocument(code);
  it('is a document, whole and with its defaults filled in', () =>
    expect(programmeDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document));
  it('speaks English and Chinese wherever it has a name', () => {
    const names = [
      ...document.wallets.map(({ name }) => name),
      ...document.earningRules.map(({ name }) => name),
      ...document.rewards.map(({ name }) => name),
      ...document.tiers.levels.map(({ name }) => name),
      ...document.conversions.map(({ name }) => name),
    ];
    for (const name of names) {
      expect(name?.en).toMatch(/[A-Za-z]/);
      expect(name?.zh).toMatch(/\p{Script=Han}/u);
    }
  });
  it('is found by its code', () => expect(isPresetCode(code)).toBe(true));
});

it('no other code is a preset', () => expect(isPresetCode('airline-miles')).toBe(false));

describe('the sandwich card', () => {
  const lunch = purchase([line(1, 895, { sku: 'SANDWICH-6' }), line(2, 350, { sku: 'DRINK' })]);
  it('adds a stamp and points for a purchase, a stamp for a visit, two to begin with', () => {
    expect(earned('sandwich-card', lunch)).toEqual({ stamps: 1, points: 12 });
    expect(earned('sandwich-card', occasion('visit'))).toEqual({ stamps: 1 });
    expect(earned('sandwich-card', occasion('enrolment'))).toEqual({ stamps: 2 });
  });
  it('gives no stamp for a purchase under $5, and one visit a day counts', () => {
    expect(earned('sandwich-card', purchase([line(1, 350)]))).toEqual({ points: 3 });
    expect(earned('sandwich-card', occasion('visit'), { used: { 'stamp-visit/daily': 1 } })).toEqual({});
  });
  it('gives points on every tenth visit', () =>
    expect(earned('sandwich-card', occasion('visit'), { visits: 9 })).toEqual({ stamps: 1, points: 20 }));
  it('turns either into a free product past a threshold', () =>
    expect(
      presetDocument('sandwich-card').rewards.map(({ wallet, cost, gives }) => [wallet, cost, gives.kind]),
    ).toEqual([
      ['stamps', 10, 'freeProduct'],
      ['points', 40, 'freeProduct'],
      ['points', 150, 'freeProduct'],
    ]));
});

describe('the auto club', () => {
  const bought = [line(1, 7000, { category: 'oil' }), line(2, 3050, { category: 'parts' })];
  const thursday = at('2026-03-05T19:00:00+11:00');
  it('gives a point per dollar, more in higher tiers', () => {
    expect(earned('auto-club', purchase(bought), { tier: 'member' })).toEqual({ points: 100 });
    expect(earned('auto-club', purchase(bought), { tier: 'silver' })).toEqual({ points: 125 });
    expect(earned('auto-club', purchase(bought), { tier: 'gold' })).toEqual({ points: 150 });
  });
  it("triples points on oil at members' night", () => {
    expect(earned('auto-club', purchase(bought, { at: thursday }), { tier: 'member' })).toEqual({ points: 240 });
    expect(earned('auto-club', purchase(bought, { at: thursday }), { tier: 'gold' })).toEqual({ points: 360 });
  });
  it('welcomes and remembers birthdays', () => {
    expect(earned('auto-club', occasion('enrolment'))).toEqual({ points: 200 });
    expect(earned('auto-club', purchase(bought), { firstPurchase: true })).toEqual({ points: 200 });
    expect(earned('auto-club', purchase([line(1, 1999)]), { firstPurchase: true })).toEqual({ points: 19 });
    expect(earned('auto-club', occasion('birthday'))).toEqual({ points: 100 });
    expect(earned('auto-club', occasion('birthday'), { used: { 'birthday/yearly': 100 } })).toEqual({});
  });
  it('gives nothing for gift cards and for what points paid', () => {
    expect(earned('auto-club', purchase([line(1, 5000, { category: 'gift-card' })]))).toEqual({});
    const tenders = [
      { kind: 'points', amountMinor: 5025 },
      { kind: 'card', amountMinor: 5025 },
    ] as const;
    expect(earned('auto-club', purchase({ lines: bought, ticketDiscountMinor: 0, tenders }))).toEqual({ points: 50 });
  });
  it('turns 1,000 points into 10 store dollars, spendable to the cent until the end of the year', () => {
    const { conversions, wallets, timeZone } = presetDocument('auto-club');
    expect(conversions).toMatchObject([
      { from: { wallet: 'points', units: 1000 }, to: { wallet: 'dollars', units: 1000 } },
    ]);
    const dollars = wallets.find(({ code }) => code === 'dollars');
    expect(dollars).toMatchObject({ scale: 2, payWithPoints: { perPoints: 1, amountMinor: 1, minPoints: 100 } });
    expect(dollars && lotTerms(dollars, timeZone, thursday).expiresAt).toBe(at('2027-01-01T00:00:00+11:00'));
  });
});

describe('the rental club', () => {
  const rented = [
    line(1, 700, { category: 'new-release', quantity: 2 }),
    line(2, 300, { category: 'weekly', quantity: 3 }),
    line(3, 400, { category: 'family' }),
    line(4, 450, { category: 'snack' }),
    line(5, 500, { category: 'late-fee' }),
  ];
  it('gives points for every visit, once a day', () => {
    expect(earned('rental-club', occasion('visit'))).toEqual({ points: 5 });
    expect(earned('rental-club', occasion('visit'), { used: { 'visit/daily': 5 } })).toEqual({});
  });
  it('gives points by category, and none for late fees', () =>
    expect(earned('rental-club', purchase(rented))).toEqual({ points: 20 + 12 + 6 + 4 }));
  it('doubles them for gold in the quiet days', () => {
    const monday = { at: at('2026-03-02T12:00:00+11:00') };
    expect(earned('rental-club', purchase(rented, monday), { tier: 'gold' })).toEqual({ points: 40 + 24 + 12 + 9 });
    expect(earned('rental-club', purchase(rented), { tier: 'gold' })).toEqual({ points: 42 });
  });
  it('remembers birthdays and thanks for reviews', () => {
    expect(earned('rental-club', occasion('birthday'))).toEqual({ points: 50 });
    expect(earned('rental-club', occasion('activity:review'))).toEqual({ points: 3 });
    expect(earned('rental-club', occasion('activity:review'), { used: { 'review/weekly': 8 } })).toEqual({ points: 1 });
  });
});
