export type {
  AppliedMultiplier,
  Assessment,
  Award,
  Basket,
  Clip,
  KeptBasket,
  LimitWindow,
  LineShare,
  ManualTier,
  NotEarned,
  Occasion,
  OccasionKind,
  QualifyingEntry,
  Standing,
  StoreFacts,
  Tender,
  TicketLine,
  TierStanding,
  TierStep,
} from './domain/occasion';
export { programmeDocument } from './domain/document/checked-document';
export type { ProgrammeDocument, ProgrammeDraft } from './domain/document/document';
export type { EarningRule } from './domain/document/earning-rules';
export type { Conversion, Gives, Reward } from './domain/document/rewards';
export type { TierLevel, Tiers } from './domain/document/tiers';
export type { PayWithPoints, WalletRules } from './domain/document/wallets';
export { addedBy } from './domain/earning/added-by';
export { assess, limitWindows } from './domain/earning/assess';
export { mostPoints } from './domain/earning/rounding';
export { type LotTerms, lotTerms, slidingExpiry, type SlidingActivity, termsOnAction } from './domain/lot-terms';
export { type ProgrammeVersion, type Rulebook, rulebookOf, type Rulebooks, rulebooksOf } from './domain/rulebook';
export { nextTierChange, type TierGap, toKeep, toNext } from './domain/tiers/outlook';
export { qualified, type Qualifying } from './domain/tiers/qualification';
export { initialTier, type TierHistory, tierSteps } from './domain/tiers/tier-steps';
export { standingAfter } from './domain/tiers/earned-path';
export type { ProgrammePublished } from './domain/programme.events';
export { RULEBOOKS, type RulebookPort } from './domain/rulebook-port';
export { voucherValueMinor } from './domain/rewards';
export { isPresetCode, type PresetCode, presetCodes, presetDocument } from './presets/presets';
