import { localTimeAt } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Assessment, Award, LimitWindow, NotEarned, Occasion, Standing } from '../occasion';
import type { Rulebook } from '../rulebook';
import { addedBy } from './added-by';
import { type Candidate, candidatesAmong, type PassOver } from './candidates';
import { combine, type Contender } from './combine';
import type { CompiledRule } from './compiled-rule';
import type { Circumstance } from './conditions';
import { earningBaseOf } from './earning-base';
import type { GivingPhase, WalletPlan } from './earning-plan';
import { clipOf, type Room, roomOf, take, type Taken, windowsAt } from './limits';
import { type Multipliers, multipliersAmong, noMultipliers } from './multipliers';
import { sharesOf, type Valued, valueOf } from './valuation';

/** What all wallets of an occasion share. */
interface Setting {
  readonly circumstance: Circumstance;
  readonly ceiling: number;
  readonly multiplyBonus: boolean;
}

/** One run of the rules of a wallet: what it looks at, and what it has found so far. */
interface Run extends Setting {
  readonly taken: Taken;
  readonly awards: Award[];
  readonly notEarned: NotEarned[];
  readonly passOver: PassOver;
}

interface Bid extends Contender {
  readonly valued: Valued;
}

const runOf = (setting: Setting): Run => {
  const notEarned: NotEarned[] = [];
  const passOver: PassOver = ({ rule }, because) => notEarned.push({ rule: rule.id, because });
  return { ...setting, taken: new Map(), awards: [], notEarned, passOver };
};

const roomIn =
  ({ circumstance, taken }: Run) =>
  (compiled: CompiledRule): Room | undefined =>
    roomOf(compiled, circumstance.standing, taken);

const grant = (run: Run, wallet: string, valued: Valued, multipliers: Multipliers): void => {
  const { compiled, inputs } = valued.candidate;
  const rule = compiled.rule.id;
  const own = clipOf(rule, roomIn(run)(compiled), valued.points);
  const points = own?.given ?? valued.points;
  if (points <= 0) return run.passOver(compiled, 'limit');
  const clips = own === undefined ? valued.clips : [...valued.clips, own];
  take(compiled, points, run.taken);
  const added = addedBy({ rule, multipliers: valued.multipliers, clips });
  for (const each of multipliers.all) take(each, added.get(each.rule.id) ?? 0, run.taken);
  run.awards.push({
    rule,
    wallet,
    points,
    lines: sharesOf(valued, points),
    multipliers: valued.multipliers,
    clips,
    inputs,
  });
};

const settle = (
  run: Run,
  plan: WalletPlan,
  phase: GivingPhase,
  { candidates, multipliers }: { readonly candidates: readonly Candidate[]; readonly multipliers: Multipliers },
): void => {
  const room = roomIn(run);
  const valuation = { multipliers, ceiling: run.ceiling, room };
  const bids: Bid[] = [];
  for (const candidate of candidates) {
    const valued = valueOf(candidate, valuation);
    const points = Math.min(valued.points, room(candidate.compiled)?.points ?? valued.points);
    if (points <= 0) run.passOver(candidate.compiled, 'zero');
    else bids.push({ rule: candidate.compiled.rule, points, valued });
  }
  const { winners, losers } = combine(bids, plan.combine[phase]);
  for (const { contender, because } of losers) run.passOver(contender.valued.candidate.compiled, because);
  winners.forEach(({ valued }, index) => {
    // Those before it may have used up what the limits of their multipliers had room for.
    const now = index === 0 || multipliers.all.length === 0 ? valued : valueOf(valued.candidate, valuation);
    grant(run, plan.wallet, now, multipliers);
  });
};

/** Multipliers that applied to nothing that is given in the end. */
const passOverIdle = ({ awards, passOver }: Run, { all }: Multipliers): void => {
  if (all.length === 0) return;
  const applied = new Set(awards.flatMap(({ multipliers }) => multipliers.map(({ rule }) => rule)));
  const groups = new Set(all.flatMap(({ rule }) => (applied.has(rule.id) ? [rule.exclusiveGroup] : [])));
  for (const each of all) {
    const { id, exclusiveGroup } = each.rule;
    if (!applied.has(id))
      passOver(each, exclusiveGroup !== undefined && groups.has(exclusiveGroup) ? 'exclusive' : 'zero');
  }
};

const runWallet = (run: Run, plan: WalletPlan, idle: readonly CompiledRule[]): Multipliers => {
  const { circumstance, taken, passOver, multiplyBonus } = run;
  const base = candidatesAmong(plan.base, circumstance, taken, passOver);
  const bonus = candidatesAmong(plan.bonus, circumstance, taken, passOver);
  const fixed = candidatesAmong(plan.fixed, circumstance, taken, passOver);
  const multiplied = multiplyBonus ? [...base, ...bonus] : base;
  const parts = multiplied.flatMap((candidate) => candidate.parts);
  const multipliers = multipliersAmong(plan.multiply, { circumstance, parts, taken, idle }, passOver);
  settle(run, plan, 'base', { candidates: base, multipliers });
  settle(run, plan, 'bonus', { candidates: bonus, multipliers: multiplyBonus ? multipliers : noMultipliers });
  settle(run, plan, 'fixed', { candidates: fixed, multipliers: noMultipliers });
  passOverIdle(run, multipliers);
  return multipliers;
};

/** True when an award is other than it would be without the multiplier. */
const changes = ({ rule }: CompiledRule, award: Award): boolean =>
  (addedBy(award).get(rule.id) ?? 0) > 0 || award.multipliers.some((each) => each.rule === rule.id && each.points < 0);

/**
 * Which rules give is known only when all are valued, and so is what a multiplier that stops others did in the end. If
 * that is nothing it stops nobody, and the wallet is run again.
 */
const assessWallet = (setting: Setting, plan: WalletPlan): Run => {
  const idle: CompiledRule[] = [];
  for (;;) {
    const run = runOf(setting);
    const { stopper } = runWallet(run, plan, idle);
    if (stopper === undefined || run.awards.some((award) => changes(stopper, award))) return run;
    idle.push(stopper);
  }
};

const zoneOf = (rulebook: Rulebook, occasion: Occasion): string =>
  occasion.store?.timeZone ?? rulebook.document.timeZone;

/**
 * What a programme version gives a member for an occasion: base → bonus → multiply → fixed → cap, wallet by wallet.
 * Pure: the same rulebook, occasion and standing always answer the same, for a quote, a purchase, or a return years
 * later. Every award carries its shares per line, its multipliers, its clips and the amount it looked at.
 */
export const assess = (rulebook: Rulebook, occasion: Occasion, standing: Standing): Assessment => {
  const { settings, exclusions, of } = rulebook.earning;
  const plan = of(occasion.on);
  const zone = zoneOf(rulebook, occasion);
  const base = occasion.basket && earningBaseOf(occasion.basket, settings, exclusions);
  const setting: Setting = {
    circumstance: { occasion, standing, base, local: localTimeAt(occasion.at, zone), zone },
    ceiling: settings.multiplierCeiling,
    multiplyBonus: settings.multiplicand === 'baseAndBonus',
  };
  const runs = plan.wallets.map((wallet) => assessWallet(setting, wallet));
  return {
    awards: runs.flatMap((run) => run.awards),
    notEarned: [...plan.passedOver, ...runs.flatMap((run) => run.notEarned)],
    qualifyingMinor: base?.qualifyingMinor ?? 0,
  };
};

/**
 * The windows whose used points {@link assess} needs to know, of each limit the fullest: one for each limit, other than
 * per ticket, of the rules that this kind of occasion can set off. Days, weeks, … are the store's; a rolling window
 * reaches back from the occasion and includes it; `ever` spans all safe integers. Where something was given `later` than
 * the occasion already, the rolling windows that reach back from there and include the occasion are further ones.
 */
export const limitWindows = (rulebook: Rulebook, occasion: Occasion, later: readonly Instant[] = []): LimitWindow[] =>
  windowsAt(rulebook.earning.of(occasion.on).limits, occasion.at, zoneOf(rulebook, occasion), later);
