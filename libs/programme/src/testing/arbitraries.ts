import fc from 'fast-check';
import type { ProgrammeDocument } from '../domain/document/document';
import type { Basket, Standing, TicketLine } from '../domain/occasion';
import { documentWith, line, type RuleDraft, standing } from './programmes';

const categories = ['oil', 'parts', 'care'];
const points = fc.integer({ min: 1, max: 500 });
const lineFilter = fc.record(
  {
    categories: fc.uniqueArray(fc.constantFrom(...categories), { minLength: 1 }),
    excludeLabels: fc.constant<string[]>(['clearance=yes']),
  },
  { requiredKeys: [] },
);

const whenever = fc.record(
  {
    lines: lineFilter,
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 4 }),
    minTicketMinor: fc.integer({ min: 0, max: 5000 }),
    tenders: fc.constant<('card' | 'points')[]>(['card', 'points']),
  },
  { requiredKeys: [] },
);

const limits = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('l1', 'l2'),
    per: fc.constantFrom('ticket' as const, 'day' as const, 'ever' as const),
    points,
  }),
  { maxLength: 2, selector: (limit) => limit.id },
);

const shared = {
  priority: fc.integer({ min: 0, max: 2 }),
  exclusiveGroup: fc.constantFrom('g1', 'g2'),
  stopAfter: fc.boolean(),
  rounding: fc.constantFrom('floor' as const, 'halfUp' as const, 'ceil' as const),
  roundPer: fc.constantFrom('ticket' as const, 'line' as const),
  when: whenever,
  limits,
};

const giving = fc.record(
  {
    ...shared,
    phase: fc.constantFrom('base' as const, 'base' as const, 'bonus' as const, 'fixed' as const),
    award: fc.oneof(
      fc.record({ kind: fc.constant('perAmount' as const), points, perMinor: fc.integer({ min: 1, max: 900 }) }),
      fc.record({ kind: fc.constant('fixed' as const), points }),
      fc.record({ kind: fc.constant('perUnit' as const), points }),
    ),
  },
  { requiredKeys: ['phase', 'award'] },
);
const multiplying = fc.record(
  {
    ...shared,
    phase: fc.constant('multiply' as const),
    award: fc.record({
      kind: fc.constant('multiplier' as const),
      num: fc.integer({ min: 0, max: 9 }),
      den: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { requiredKeys: ['phase', 'award'] },
);

const rules = fc
  .array(fc.oneof({ weight: 2, arbitrary: giving }, { weight: 1, arbitrary: multiplying }), { maxLength: 8 })
  .map((drawn): RuleDraft[] =>
    drawn.map((each, index) => ({
      ...each,

      id: `rule${index}`,
      name: { en: `Rule ${index}` },
      wallet: index % 3 === 0 ? 'miles' : 'points',
    })),
  );

const settings = fc.record(
  {
    combine: fc.record({
      base: fc.constantFrom('sum' as const, 'best' as const, 'first' as const),
      bonus: fc.constantFrom('sum' as const, 'best' as const),
    }),
    multiplicand: fc.constantFrom('base' as const, 'baseAndBonus' as const),
    multiplierCeiling: fc.integer({ min: 1, max: 10 }),
    basis: fc.constantFrom('gross' as const, 'net' as const),
    excludeCategories: fc.constant<string[]>(['care']),
    pointsTenderEarns: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Programmes of up to eight rules of every kind in two wallets. */
export const documents: fc.Arbitrary<ProgrammeDocument> = fc.tuple(rules, settings).map(([earningRules, earning]) =>
  documentWith({
    wallets: [
      { code: 'points', name: { en: 'Points' } },
      { code: 'miles', name: { en: 'Miles' }, scale: 2 },
    ],
    earningRules,
    earning,
  }),
);

const lines: fc.Arbitrary<readonly TicketLine[]> = fc
  .array(
    fc.record({
      category: fc.constantFrom(...categories),
      labels: fc.constantFrom<readonly string[]>([], ['clearance=yes']),
      quantity: fc.integer({ min: 1, max: 5 }),
      grossMinor: fc.integer({ min: 0, max: 20_000 }),
      discounted: fc.integer({ min: 0, max: 4 }),
      taxed: fc.integer({ min: 0, max: 10 }),
    }),
    { maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map(({ grossMinor, discounted, taxed, ...rest }, index) =>
      line(index + 1, grossMinor, {
        ...rest,
        discountMinor: Math.floor((grossMinor * discounted) / 4),
        taxMinor: Math.floor((grossMinor * taxed) / 100),
      }),
    ),
  );

/** Tickets of up to eight lines, with discounts, tax and part paid by points. */
export const baskets: fc.Arbitrary<Basket> = fc
  .tuple(lines, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
  .map(([bought, discounted, byPoints]) => {
    const net = bought.reduce((sum, each) => sum + each.grossMinor - each.discountMinor, 0);
    const ticketDiscountMinor = Math.floor((net * discounted) / 9);
    const due = net - ticketDiscountMinor;
    const paid = Math.floor((due * byPoints) / 3);
    return {
      lines: bought,
      ticketDiscountMinor,
      tenders: [
        { kind: 'points', amountMinor: paid },
        { kind: 'card', amountMinor: due - paid },
      ],
    };
  });

/** Members who have used up some of their limits. */
export const members = fc
  .array(fc.tuple(fc.constantFrom('rule0', 'rule1', 'rule2'), fc.constantFrom('l1', 'l2'), points), { maxLength: 4 })
  .map((used): Standing =>
    standing({ used: Object.fromEntries(used.map(([id, limit, amount]) => [`${id}/${limit}`, amount])) }),
  );
