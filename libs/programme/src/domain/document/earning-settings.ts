import { z } from 'zod';
import { outsideName } from './values';
import { combination } from './wallets';

const excluded = z.array(outsideName).max(1000).default([]);

/** What holds for all earning rules of a programme. */
export const earningSettings = z.strictObject({
  combine: z
    .strictObject({
      base: combination.default('sum'),
      bonus: combination.default('sum'),
      fixed: combination.default('sum'),
    })
    .prefault({}),
  /** What multipliers multiply: the base phase alone, or the bonus phase as well. */
  multiplicand: z.enum(['base', 'baseAndBonus']).default('base'),
  /** The most that all multipliers of a line may come to together. */
  multiplierCeiling: z.int().min(1).max(1000).default(10),
  /** Whether the tax of a line earns (`gross`) or not (`net`). */
  basis: z.enum(['gross', 'net']).default('gross'),
  excludeCategories: excluded,
  excludeSkus: excluded,
  excludeLabels: excluded,
  /** SKUs that stand for delivery; they count toward the bill and never earn. */
  deliverySkus: excluded,
  /** Whether the share of a bill that points or vouchers paid earns as well. */
  pointsTenderEarns: z.boolean().default(false),
});

/** Earning settings, defaults filled in. */
export type EarningSettings = z.infer<typeof earningSettings>;
