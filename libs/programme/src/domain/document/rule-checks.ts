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

const ofPurchases = ['firstPurchase', 'minTicketMinor', 'tenders', 'lines'] as const;

/** What is asked of a purchase no visit and no activity ever has. */
const neededPurchase = ({ when }: EarningRule): readonly Problem[] =>
  when.on.includes('purchase')
    ? []
    : ofPurchases
        .filter((key) => when[key] !== undefined)
        .map((key) => ({ path: ['when', key], message: 'needs a purchase: on must include purchase' }));

/** As an activity is told: no other ever comes. */
const activity = /^activity:[A-Za-z][A-Za-z0-9_.-]{0,39}$/;

const knownActivities = ({ when }: EarningRule): readonly Problem[] =>
  when.on.flatMap((on, index) =>
    !on.startsWith('activity:') || activity.test(on)
      ? []
      : [{ path: ['when', 'on', index], message: 'must be a letter, then up to 39 letters, digits, _ . or -' }],
  );

const wholeLabels = ({ when: { lines } }: EarningRule): readonly Problem[] =>
  (['labels', 'excludeLabels'] as const).flatMap((key) =>
    (lines?.[key] ?? []).flatMap((label, index) =>
      /^[^=]+=/.test(label)
        ? []
        : [{ path: ['when', 'lines', key, index], message: 'must be a key and a value, such as colour=red' }],
    ),
  );

const checks = [multiplierPhase, awardFitsOccasion, timesInOrder, neededPurchase, knownActivities, wholeLabels];

/** What is wrong with a rule for itself, by paths inside it. */
export const ruleProblems = (rule: EarningRule): readonly Problem[] => checks.flatMap((check) => check(rule));
