import type { EarningRule } from '../document/earning-rules';
import type { Combination } from '../document/wallets';

/** A rule that would give points, as seen by those it competes with. */
export interface Contender {
  readonly rule: EarningRule;
  readonly points: number;
}

/** Who gives, and why the others do not. */
export interface Outcome<T> {
  readonly winners: readonly T[];
  readonly losers: readonly { readonly contender: T; readonly because: 'exclusive' | 'stopped' }[];
}

const best = <T extends Contender>(contenders: readonly T[]): T | undefined =>
  contenders.reduce<T | undefined>(
    (top, each) => (top === undefined || each.points > top.points ? each : top),
    undefined,
  );

/** Leaves of each exclusive group the one that gives most; of equals the one that comes first. */
const onePerGroup = <T extends Contender>(contenders: readonly T[]): readonly T[] =>
  contenders.filter(
    (each) =>
      each.rule.exclusiveGroup === undefined ||
      best(contenders.filter((other) => other.rule.exclusiveGroup === each.rule.exclusiveGroup)) === each,
  );

const chosen = <T extends Contender>(contenders: readonly T[], how: Combination): readonly T[] => {
  const left = onePerGroup(contenders);
  if (how === 'sum') return left;
  const only = how === 'best' ? best(left) : left[0];
  return only === undefined ? [] : [only];
};

/**
 * Decides between rules of one phase and wallet, given in order of precedence: one per exclusive group, then all, the
 * best or the first. A rule that stops those after it does so only if it is itself among the winners.
 */
export const combine = <T extends Contender>(contenders: readonly T[], how: Combination): Outcome<T> => {
  const stopper = contenders.findIndex(
    (each, index) => each.rule.stopAfter && chosen(contenders.slice(0, index + 1), how).includes(each),
  );
  const standing = stopper < 0 ? contenders : contenders.slice(0, stopper + 1);
  const winners = chosen(standing, how);
  return {
    winners,
    losers: contenders
      .filter((each) => !winners.includes(each))
      .map((contender) => ({ contender, because: standing.includes(contender) ? 'exclusive' : 'stopped' })),
  };
};
