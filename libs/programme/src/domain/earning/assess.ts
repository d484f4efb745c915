import { localTimeAt } from '#libs/platform/kernel/calendar';
import type { Assessment, Award, Clip, LimitWindow, NotEarned, Occasion, Standing } from '../occasion';
import type { Rulebook } from '../rulebook';
import { addedBy } from './added-by';
import { type Candidate, candidatesAmong, type PassOver } from './candidates';
import { combine, type Contender } from './combine';
import type { CompiledRule } from './compiled-rule';
import type { Circumstance } from './conditions';
import { earningBaseOf } from './earning-base';
import type { GivingPhase, WalletPlan } from './earning-plan';
import { clipOf, roomOf, take, type Taken, windowsAt } from './limits';
import { type Multipliers, multipliersAmong, noMultipliers } from './multipliers';
import { sharesOf, type Valued, valueOf } from './valuation';

/** One run of the rules: what it looks at, and what it has found so far. */
interface Run {
  readonly circumstance: Circumstance;
  readonly ceiling: number;
  readonly taken: Taken;
  readonly awards: Award[];
  readonly passOver: PassOver;
}

interface Bid extends Contender {
  readonly valued: Valued;
}

/** Limits of multipliers clip what they added, limits of the rule itself then clip the whole. */
const clipsOf = (
  run: Run,
  { candidate, multipliers, points }: Valued,
  rules: readonly CompiledRule[],
): readonly Clip[] => {
  const { standing } = run.circumstance;
  const clips: Clip[] = [];
  let left = points;
  for (const added of multipliers) {
    const multiplier = rules.find(({ rule }) => rule.id === added.rule);
    if (multiplier === undefined || added.points <= 0) continue;
    const clip = clipOf(added.rule, roomOf(multiplier, standing, run.taken), added.points);
    if (clip === undefined) continue;
    clips.push(clip);
    left -= clip.wouldBe - clip.given;
  }
  const own = clipOf(candidate.compiled.rule.id, roomOf(candidate.compiled, standing, run.taken), left);
  return own === undefined ? clips : [...clips, own];
};

const given = (rule: string, points: number, clips: readonly Clip[]): number => {
  const own = clips.at(-1);
  if (own?.rule === rule) return own.given;
  return clips.reduce((left, clip) => left - (clip.wouldBe - clip.given), points);
};

const grant = (run: Run, wallet: string, valued: Valued, multipliers: Multipliers): void => {
  const { compiled, inputs } = valued.candidate;
  const rule = compiled.rule.id;
  const clips = clipsOf(run, valued, multipliers.all);
  const points = given(rule, valued.points, clips);
  if (points <= 0) return run.passOver(compiled, 'limit');
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
  const bids: Bid[] = [];
  for (const candidate of candidates) {
    const valued = valueOf(candidate, multipliers, run.ceiling);
    if (valued.points <= 0) run.passOver(candidate.compiled, 'zero');
    else {
      const room = roomOf(candidate.compiled, run.circumstance.standing, run.taken);
      const points = Math.min(valued.points, room?.points ?? valued.points);
      bids.push({ rule: candidate.compiled.rule, points, valued });
    }
  }
  const { winners, losers } = combine(bids, plan.combine[phase]);
  for (const { contender, because } of losers) run.passOver(contender.valued.candidate.compiled, because);
  for (const { valued } of winners) grant(run, plan.wallet, valued, multipliers);
};

/** Multipliers that applied to candidates none of which won had nothing to multiply in the end. */
const passOverIdle = (run: Run, wallet: string, multipliers: Multipliers): void => {
  if (multipliers.all.length === 0) return;
  const awards = run.awards.filter((award) => award.wallet === wallet);
  for (const multiplier of multipliers.all) {
    const applied = awards.some((award) => award.multipliers.some(({ rule }) => rule === multiplier.rule.id));
    if (!applied) run.passOver(multiplier, 'zero');
  }
};

const assessWallet = (run: Run, plan: WalletPlan, multiplyBonus: boolean): void => {
  const { circumstance, taken, passOver } = run;
  const base = candidatesAmong(plan.base, circumstance, taken, passOver);
  const bonus = candidatesAmong(plan.bonus, circumstance, taken, passOver);
  const fixed = candidatesAmong(plan.fixed, circumstance, taken, passOver);
  const multiplied = multiplyBonus ? [...base, ...bonus] : base;
  const parts = multiplied.flatMap((candidate) => candidate.parts);
  const multipliers = multipliersAmong(plan.multiply, { circumstance, parts, taken }, passOver);
  settle(run, plan, 'base', { candidates: base, multipliers });
  settle(run, plan, 'bonus', { candidates: bonus, multipliers: multiplyBonus ? multipliers : noMultipliers });
  settle(run, plan, 'fixed', { candidates: fixed, multipliers: noMultipliers });
  passOverIdle(run, plan.wallet, multipliers);
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
  const notEarned: NotEarned[] = [...plan.passedOver];
  const run: Run = {
    circumstance: { occasion, standing, base, local: localTimeAt(occasion.at, zone), zone },
    ceiling: settings.multiplierCeiling,
    taken: new Map(),
    awards: [],
    passOver: ({ rule }, because) => notEarned.push({ rule: rule.id, because }),
  };
  for (const wallet of plan.wallets) assessWallet(run, wallet, settings.multiplicand === 'baseAndBonus');
  return { awards: run.awards, notEarned, qualifyingMinor: base?.qualifyingMinor ?? 0 };
};

/**
 * The windows whose used points {@link assess} needs to know: one for each limit, other than per ticket, of the rules
 * that this kind of occasion can set off. Days, weeks, … are the store's; a rolling window reaches back from the
 * occasion and includes it; `ever` spans all safe integers.
 */
export const limitWindows = (rulebook: Rulebook, occasion: Occasion): LimitWindow[] =>
  windowsAt(rulebook.earning.of(occasion.on).limits, occasion.at, zoneOf(rulebook, occasion));
