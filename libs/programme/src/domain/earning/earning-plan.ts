import type { ProgrammeDocument } from '../document/document';
import type { EarningRule } from '../document/earning-rules';
import type { EarningSettings } from '../document/earning-settings';
import type { Combination, WalletRules } from '../document/wallets';
import type { NotEarned, OccasionKind } from '../occasion';
import { byPrecedence, type CompiledLimit, type CompiledRule, compileRule } from './compiled-rule';
import { type Exclusions, exclusionsOf } from './earning-base';

/** The phases whose rules give points; multipliers stand beside them. */
export type GivingPhase = 'base' | 'bonus' | 'fixed';

/** The rules of one wallet that an occasion can set off, each phase in order of precedence. */
export interface WalletPlan {
  readonly wallet: string;
  readonly combine: Readonly<Record<GivingPhase, Combination>>;
  readonly base: readonly CompiledRule[];
  readonly bonus: readonly CompiledRule[];
  readonly multiply: readonly CompiledRule[];
  readonly fixed: readonly CompiledRule[];
}

/** A limit that has a window, and its rule. */
export interface PlannedLimit {
  readonly rule: string;
  readonly limit: CompiledLimit;
}

/** What a kind of occasion can set off. */
export interface OccasionPlan {
  readonly wallets: readonly WalletPlan[];
  readonly limits: readonly PlannedLimit[];
  /** The rules that this kind never sets off, and why. */
  readonly passedOver: readonly NotEarned[];
}

/** All earning rules of a programme version, made ready. */
export interface EarningPlan {
  readonly settings: EarningSettings;
  readonly exclusions: Exclusions;
  readonly of: (on: OccasionKind) => OccasionPlan;
}

const walletPlan = (document: ProgrammeDocument, wallet: WalletRules, rules: readonly CompiledRule[]): WalletPlan => {
  const own = rules.filter(({ rule }) => rule.wallet === wallet.code);
  const phase = (name: EarningRule['phase']): readonly CompiledRule[] => own.filter(({ rule }) => rule.phase === name);
  const combine = (name: GivingPhase): Combination => wallet.combine?.[name] ?? document.earning.combine[name];
  return {
    wallet: wallet.code,
    combine: { base: combine('base'), bonus: combine('bonus'), fixed: combine('fixed') },
    base: phase('base'),
    bonus: phase('bonus'),
    multiply: phase('multiply'),
    fixed: phase('fixed'),
  };
};

const occasionPlan = (document: ProgrammeDocument, rules: readonly CompiledRule[], on: OccasionKind): OccasionPlan => {
  const open = rules.filter(({ rule }) => rule.enabled && rule.when.on.includes(on));
  return {
    wallets: document.wallets
      .map((wallet) => walletPlan(document, wallet, open))
      .filter(({ base, bonus, multiply, fixed }) => base.length + bonus.length + multiply.length + fixed.length > 0),
    limits: open.flatMap(({ rule, limits }) =>
      limits.filter(({ per }) => per !== 'ticket').map((limit) => ({ rule: rule.id, limit })),
    ),
    passedOver: rules.flatMap(({ rule }) => {
      if (!rule.enabled) return [{ rule: rule.id, because: 'disabled' }];
      return rule.when.on.includes(on) ? [] : [{ rule: rule.id, because: 'on' }];
    }),
  };
};

/** Makes the earning rules of a document ready, once for each kind of occasion that any of them names. */
export const earningPlanOf = (document: ProgrammeDocument): EarningPlan => {
  const rules = [...document.earningRules].sort(byPrecedence).map(compileRule);
  const plans = new Map<OccasionKind, OccasionPlan>();
  for (const on of new Set(document.earningRules.flatMap((rule) => rule.when.on))) {
    plans.set(on, occasionPlan(document, rules, on));
  }
  // No rule names any other kind, so one plan stands for all of them.
  const unnamed: OccasionPlan = {
    wallets: [],
    limits: [],
    passedOver: rules.map(({ rule }) => ({ rule: rule.id, because: rule.enabled ? 'on' : 'disabled' })),
  };
  return {
    settings: document.earning,
    exclusions: exclusionsOf(document.earning),
    of: (on) => plans.get(on) ?? unnamed,
  };
};
