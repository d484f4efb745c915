import type { ProgrammeDocument } from './document';
import type { EarningRule } from './earning-rules';
import { tooLongPeriods } from './period-checks';
import type { Problem } from './problem';
import { ruleProblems } from './rule-checks';

type Path = Problem['path'];
type Check = (document: ProgrammeDocument) => readonly Problem[];

const repeated = (path: Path, key: string, names: readonly string[]): readonly Problem[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) < index ? [{ path: [...path, index, key], message: `"${name}" is already taken` }] : [],
  );

const uniqueNames: Check = (document) => [
  ...repeated(
    ['wallets'],
    'code',
    document.wallets.map((wallet) => wallet.code),
  ),
  ...repeated(
    ['earningRules'],
    'id',
    document.earningRules.map((rule) => rule.id),
  ),
  ...document.earningRules.flatMap((rule, index) =>
    repeated(
      ['earningRules', index, 'limits'],
      'id',
      rule.limits.map((limit) => limit.id),
    ),
  ),
  ...repeated(
    ['tiers', 'levels'],
    'code',
    document.tiers.levels.map((level) => level.code),
  ),
  ...repeated(
    ['conversions'],
    'id',
    document.conversions.map((conversion) => conversion.id),
  ),
  ...repeated(
    ['rewards'],
    'id',
    document.rewards.map((reward) => reward.id),
  ),
];

const knownWallets: Check = (document) => {
  const known = new Set(document.wallets.map((wallet) => wallet.code));
  const metric = document.tiers.metric;
  const uses: readonly (readonly [Path, string])[] = [
    ...document.earningRules.map((rule, index) => [['earningRules', index, 'wallet'], rule.wallet] as const),
    ...document.rewards.map((reward, index) => [['rewards', index, 'wallet'], reward.wallet] as const),
    ...document.conversions.flatMap(({ from, to }, index) => [
      [['conversions', index, 'from', 'wallet'], from.wallet] as const,
      [['conversions', index, 'to', 'wallet'], to.wallet] as const,
    ]),
    ...(metric.startsWith('points:') ? [[['tiers', 'metric'], metric.slice('points:'.length)] as const] : []),
  ];
  return uses.flatMap(([path, wallet]) => (known.has(wallet) ? [] : [{ path, message: `no wallet "${wallet}"` }]));
};

const walletSettings: Check = (document) =>
  document.wallets.flatMap((wallet, index) => {
    const problems: Problem[] = [];
    const { pending, payWithPoints } = wallet;
    if (pending.mode === 'after' && pending.roundTo !== undefined && pending.roundUp === undefined) {
      problems.push({ path: ['wallets', index, 'pending', 'roundTo'], message: 'needs roundUp' });
    }
    if (payWithPoints !== undefined && payWithPoints.maxShareOfBill.num > payWithPoints.maxShareOfBill.den) {
      problems.push({
        path: ['wallets', index, 'payWithPoints', 'maxShareOfBill'],
        message: 'must not exceed the whole bill',
      });
    }
    return problems;
  });

const rules: Check = (document) => {
  const levels = new Set(document.tiers.levels.map((level) => level.code));
  const tiers = (rule: EarningRule): readonly Problem[] =>
    (rule.when.tiers ?? []).flatMap((tier, index) =>
      levels.has(tier) ? [] : [{ path: ['when', 'tiers', index], message: `no tier "${tier}"` }],
    );
  return document.earningRules.flatMap((rule, index) =>
    [...ruleProblems(rule), ...tiers(rule)].map(({ path, message }) => ({
      path: ['earningRules', index, ...path],
      message,
    })),
  );
};

const tierMinimums: Check = (document) =>
  document.tiers.levels.flatMap((level, index) => {
    const path = ['tiers', 'levels', index, 'min'];
    const below = document.tiers.levels[index - 1];
    if (below === undefined) return level.min === 0 ? [] : [{ path, message: 'the lowest tier begins at 0' }];
    return level.min > below.min ? [] : [{ path, message: `must be greater than that of "${below.code}"` }];
  });

/** Follows automatic conversions from a wallet; true when they come back to it. */
const circles = (document: ProgrammeDocument, start: string): boolean => {
  const reached = new Set<string>();
  const open = [start];
  for (let wallet = open.pop(); wallet !== undefined; wallet = open.pop()) {
    for (const { from, to, mode } of document.conversions) {
      if (mode !== 'automatic' || from.wallet !== wallet) continue;
      if (to.wallet === start) return true;
      if (!reached.has(to.wallet)) open.push(to.wallet);
      reached.add(to.wallet);
    }
  }
  return false;
};

const conversions: Check = (document) =>
  document.conversions.flatMap((conversion, index): readonly Problem[] => {
    const path = ['conversions', index, 'to', 'wallet'];
    if (conversion.from.wallet === conversion.to.wallet) return [{ path, message: 'must be another wallet' }];
    const endless = conversion.mode === 'automatic' && circles(document, conversion.from.wallet);
    return endless ? [{ path, message: 'automatic conversions must not lead back to where they began' }] : [];
  });

const checks: readonly Check[] = [
  uniqueNames,
  knownWallets,
  walletSettings,
  rules,
  tierMinimums,
  conversions,
  tooLongPeriods,
];

/** Everything in a document of the right form that does not fit together. */
export const problemsOf = (document: ProgrammeDocument): readonly Problem[] =>
  checks.flatMap((check) => check(document));
