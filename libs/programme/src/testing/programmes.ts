import { programmeDocument } from '../domain/document/checked-document';
import type { ProgrammeDocument, ProgrammeDraft } from '../domain/document/document';
import type { Basket, Occasion, Standing, TicketLine } from '../domain/occasion';
import { type Rulebook, rulebookOf, type Rulebooks, rulebooksOf } from '../domain/rulebook';

export type RuleDraft = ProgrammeDraft['earningRules'][number];

/** The instant of a text with an offset. */
export const at = (text: string): number => Date.parse(text);

/** A small programme in Melbourne with one wallet, changed where asked. */
export const draft = (changes: Partial<ProgrammeDraft> = {}): ProgrammeDraft => ({
  name: 'Test Club',
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  wallets: [{ code: 'points', name: { en: 'Points', zh: '积分' } }],
  earningRules: [],
  tiers: { levels: [] },
  rewards: [],
  lifecycle: { ruleVersion: 1 },
  ...changes,
});

/** The document of such a programme. */
export const documentWith = (changes: Partial<ProgrammeDraft> = {}): ProgrammeDocument =>
  programmeDocument.parse(draft(changes));

/** The rulebook of such a programme, in force since ever. */
export const rulebookWith = (changes: Partial<ProgrammeDraft> = {}): Rulebook =>
  rulebookOf({ version: 1, effectiveFrom: null, document: documentWith(changes) });

/** A history of programmes; the first is in force since ever, the others from the instants given. */
export const historyWith = (
  first: Partial<ProgrammeDraft>,
  ...later: readonly (readonly [string, Partial<ProgrammeDraft>])[]
): Rulebooks =>
  rulebooksOf([
    { version: 1, effectiveFrom: null, document: documentWith(first) },
    ...later.map(([from, changes], index) => ({
      version: index + 2,
      effectiveFrom: at(from),
      document: documentWith(changes),
    })),
  ]);

/** A rule with a name, giving `award` to the wallet of points in the base phase unless told otherwise. */
export const rule = (id: string, award: RuleDraft['award'], changes: Partial<RuleDraft> = {}): RuleDraft => ({
  id,
  name: { en: id },
  wallet: 'points',
  phase: award.kind === 'multiplier' ? 'multiply' : 'base',
  award,
  ...changes,
});

/** `points` per `perMinor`, by default per whole unit of currency. */
export const perAmount = (points: number, perMinor = 100): RuleDraft['award'] => ({
  kind: 'perAmount',
  points,
  perMinor,
});

export const fixed = (points: number): RuleDraft['award'] => ({ kind: 'fixed', points });
export const perUnit = (points: number): RuleDraft['award'] => ({ kind: 'perUnit', points });
export const times = (num: number, den = 1): RuleDraft['award'] => ({ kind: 'multiplier', num, den });

/** A line of a ticket worth an amount in minor units. */
export const line = (lineNo: number, grossMinor: number, changes: Partial<TicketLine> = {}): TicketLine => ({
  lineNo,
  sku: `SKU${lineNo}`,
  labels: [],
  quantity: 1,
  grossMinor,
  discountMinor: 0,
  taxMinor: 0,
  ...changes,
});

/** Lines paid by card, unless told otherwise. */
export const basket = (lines: readonly TicketLine[], changes: Partial<Basket> = {}): Basket => {
  const due = lines.reduce(
    (sum, each) => sum + each.grossMinor - each.discountMinor,
    -(changes.ticketDiscountMinor ?? 0),
  );
  return { lines, ticketDiscountMinor: 0, tenders: [{ kind: 'card', amountMinor: due }], ...changes };
};

/** Thursday 5 March 2026, 12:00 in Melbourne. */
export const noon = at('2026-03-05T12:00:00+11:00');

/** A purchase of those lines in store S1 in Melbourne. */
export const purchase = (bought: Basket | readonly TicketLine[], changes: Partial<Occasion> = {}): Occasion => ({
  on: 'purchase',
  at: noon,
  store: { storeId: 'S1', region: 'VIC', timeZone: 'Australia/Melbourne' },
  basket: 'lines' in bought ? bought : basket(bought),
  ...changes,
});

/** Something else than a purchase in store S1. */
export const occasion = (on: Exclude<Occasion['on'], 'purchase'>, changes: Partial<Occasion> = {}): Occasion => ({
  on,
  at: noon,
  store: { storeId: 'S1', region: 'VIC', timeZone: 'Australia/Melbourne' },
  ...changes,
});

/** A member without any history. */
export const standing = (changes: Partial<Standing> = {}): Standing => ({
  segments: [],
  firstPurchase: false,
  visits: 0,
  used: {},
  ...changes,
});
