import { parseDate } from '#libs/platform/kernel/civil-date';
import type { EarningRule } from './earning-rules';
import type { Problem } from './problem';

const multiplierPhase = (rule: EarningRule): readonly Problem[] => {
  const multiplies = rule.award.kind === 'multiplier';
  if (multiplies === (rule.phase === 'multiply')) return [];
  return [
    { path: ['phase'], message: multiplies ? 'a multiplier belongs to multiply' : 'multiply is for multipliers' },
  ];
};

const awardFitsOccasion = (rule: EarningRule): readonly Problem[] => {
  const { on } = rule.when;
  const { kind } = rule.award;
  if (kind === 'everyNth' && !on.includes('visit')) {
    return [{ path: ['when', 'on'], message: 'everyNth counts visits: on must include visit' }];
  }
  if ((kind === 'perAmount' || kind === 'perUnit') && !on.includes('purchase')) {
    return [{ path: ['when', 'on'], message: `${kind} needs a purchase` }];
  }
  return [];
};

const timesInOrder = (rule: EarningRule): readonly Problem[] => {
  const problems: Problem[] = [];
  const { from, to, timeOfDay } = rule.when;
  if (from !== undefined && to !== undefined && (parseDate(from) ?? 0) >= (parseDate(to) ?? 0)) {
    problems.push({ path: ['when', 'to'], message: 'must be later than from (it is exclusive)' });
  }
  if (timeOfDay !== undefined && timeOfDay[0] === timeOfDay[1]) {
    problems.push({ path: ['when', 'timeOfDay'], message: 'must not begin and end at the same time' });
  }
  if (timeOfDay?.[0] === '24:00') problems.push({ path: ['when', 'timeOfDay', 0], message: 'a day begins at 00:00' });
  return problems;
};

/** What is wrong with a rule for itself, by paths inside it. */
export const ruleProblems = (rule: EarningRule): readonly Problem[] =>
  [multiplierPhase, awardFitsOccasion, timesInOrder].flatMap((check) => check(rule));
