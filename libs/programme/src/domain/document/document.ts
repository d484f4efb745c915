import { z } from 'zod';
import { earningRule } from './earning-rules';
import { earningSettings } from './earning-settings';
import { conversion, reward } from './rewards';
import { tiers } from './tiers';
import { currency, period, timeZone } from './values';
import { wallet } from './wallets';

/** What becomes of tickets that arrive late. */
const late = z.strictObject({
  /** Older tickets from a till go to a review queue. */
  maxAge: period.default('P30D'),
  /** Points whose time was over when their ticket arrived: gone, or kept for `grace` from then. */
  expired: z.enum(['expired', 'grace']).default('expired'),
  grace: period.default('P30D'),
});

/** The form of a programme document; whether its parts fit together is checked by `programmeDocument`. */
export const programmeDocumentForm = z.strictObject({
  name: z.string().min(1).max(200),
  currency,
  timeZone,
  wallets: z.array(wallet).max(20),
  earning: earningSettings.prefault({}),
  earningRules: z.array(earningRule).max(200),
  tiers,
  conversions: z.array(conversion).max(50).default([]),
  rewards: z.array(reward).max(500),
  late: late.prefault({}),
  /** How long points stay held for a redemption that is neither captured nor voided. */
  holdTtl: period.default('PT15M'),
  lifecycle: z.strictObject({ ruleVersion: z.literal(1) }),
});

/** A programme as its rules are evaluated: every default filled in, nothing left to guess. */
export type ProgrammeDocument = z.output<typeof programmeDocumentForm>;

/** A programme as people write it: what has a default may be left out. */
export type ProgrammeDraft = z.input<typeof programmeDocumentForm>;
