import { apportion } from '#libs/platform/kernel/apportion';
import { round, share } from '#libs/platform/kernel/rational';
import type { EarningSettings } from '../document/earning-settings';
import type { Basket, KeptBasket, TicketLine } from '../occasion';

/** A line that may earn, with what is left of its price to earn on. */
export interface EarningLine {
  readonly line: TicketLine;
  /** Minor units, ≥ 0. */
  readonly baseMinor: number;
}

/** A ticket as the rules look at it. Amounts in minor units. */
export interface EarningBase {
  /** The lines that are not excluded, by line number. */
  readonly lines: readonly EarningLine[];
  /** Lines less all discounts: what the customer owed. */
  readonly billMinor: number;
  /** The earning base of all lines before exclusions. */
  readonly qualifyingMinor: number;
}

/** What a programme leaves out of earning, ready to be looked up. */
export interface Exclusions {
  readonly skus: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  readonly none: boolean;
}

/** The exclusions of a programme's earning settings. */
export const exclusionsOf = (settings: EarningSettings): Exclusions => {
  const skus = new Set([...settings.excludeSkus, ...settings.deliverySkus]);
  const categories = new Set(settings.excludeCategories);
  const labels = new Set(settings.excludeLabels);
  return { skus, categories, labels, none: skus.size + categories.size + labels.size === 0 };
};

const excludes = (exclusions: Exclusions, line: TicketLine): boolean =>
  exclusions.skus.has(line.sku) ||
  (line.category !== undefined && exclusions.categories.has(line.category)) ||
  line.labels.some((label) => exclusions.labels.has(label));

const byLineNo = (lines: readonly TicketLine[]): readonly TicketLine[] =>
  lines.every((line, index) => index === 0 || (lines[index - 1]?.lineNo ?? 0) < line.lineNo)
    ? lines
    : [...lines].sort((a, b) => a.lineNo - b.lineNo);

const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** Takes a sum off the amounts in proportion to them; no amount falls below 0. */
const takeOff = (amounts: readonly number[], sum: number): readonly number[] => {
  if (sum <= 0) return amounts;
  const shares = apportion(sum, amounts);
  return amounts.map((amount, index) => Math.max(0, amount - (shares[index] ?? 0)));
};

const paidByPointsMinor = (basket: Basket, settings: EarningSettings): number => {
  if (settings.pointsTenderEarns) return 0;
  let paid = 0;
  for (const tender of basket.tenders) {
    if (tender.kind === 'points' || tender.kind === 'voucher') paid += tender.amountMinor;
  }
  return paid;
};

/** What a line is owed for, and what of that it earns on. */
interface LineWorth {
  readonly line: TicketLine;
  readonly dueMinor: number;
  readonly baseMinor: number;
}

const worthsOf = (basket: Basket, settings: EarningSettings): readonly LineWorth[] => {
  const lines = byLineNo(basket.lines);
  const net = lines.map((line) => Math.max(0, line.grossMinor - line.discountMinor));
  const due = takeOff(net, basket.ticketDiscountMinor);
  const paid = takeOff(due, paidByPointsMinor(basket, settings));
  return lines.map((line, index) => {
    const left = paid[index] ?? 0;
    const baseMinor = settings.basis === 'gross' ? left : Math.max(0, left - line.taxMinor);
    return { line, dueMinor: due[index] ?? 0, baseMinor };
  });
};

/** Of what was taken off each line when all of it was sold, the part that goes with what is kept of the line. */
const keptWorthsOf = (basket: KeptBasket, settings: EarningSettings): readonly LineWorth[] => {
  const sold = new Map(worthsOf(basket.of, settings).map((worth) => [worth.line.lineNo, worth]));
  return worthsOf({ ...basket, tenders: [] }, settings).map(({ line, dueMinor }) => {
    const whole = sold.get(line.lineNo);
    if (whole === undefined || whole.dueMinor === 0) return { line, dueMinor, baseMinor: 0 };
    const takenOff = round(share(whole.dueMinor - whole.baseMinor, dueMinor, whole.dueMinor), 'halfUp');
    return { line, dueMinor, baseMinor: dueMinor - takenOff };
  });
};

/**
 * What a ticket earns on, line by line: gross − line discount − share of the ticket's discount − share paid by points
 * or vouchers (unless they earn) − tax (when the basis is net). Shares follow the lines' net amounts by largest
 * remainder, once for a whole sale; what is kept of a sale keeps its part of them. Stored value such as a gift card is
 * a tender like cash: it takes nothing off.
 */
export const earningBaseOf = (
  basket: Basket | KeptBasket,
  settings: EarningSettings,
  exclusions: Exclusions,
): EarningBase => {
  const worths = 'of' in basket ? keptWorthsOf(basket, settings) : worthsOf(basket, settings);
  return {
    lines: worths.filter(({ line }) => exclusions.none || !excludes(exclusions, line)),
    billMinor: total(worths.map(({ dueMinor }) => dueMinor)),
    qualifyingMinor: total(worths.map(({ baseMinor }) => baseMinor)),
  };
};
