import { addPeriod } from '#libs/platform/kernel/calendar';
import { type Instant, toText } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import type { AccountContext } from './account.commands';
import { type Account, debtOf } from './account.state';
import { balanceOf } from './lots';
import { overviewOf } from './overview';

/** Something worth saying to a member at the till. */
export type Prompt =
  | { readonly kind: 'reward-available'; readonly rewardId: string; readonly wallet: string; readonly cost: number }
  | { readonly kind: 'points-expiring'; readonly wallet: string; readonly points: number; readonly at: string }
  | { readonly kind: 'tier-ends'; readonly tier: string; readonly at: string };

/** How far ahead a prompt looks. */
const horizon = periodOf('P30D');

/** What the cashier can tell a member, by what a settled account says at an instant; the most useful first. */
export const promptsOf = (account: Account, context: AccountContext, at: Instant): readonly Prompt[] => {
  const rulebook = context.rulebooks.at(at);
  if (rulebook === undefined) return [];
  const soon = toText(addPeriod(at, horizon, rulebook.document.timeZone));
  const { wallets, tier } = overviewOf(account, context, at);
  const rewards = rulebook.document.rewards.filter(
    ({ wallet, cost }) => debtOf(account, wallet) === 0 && balanceOf(account, wallet, at).available >= cost,
  );
  return [
    ...rewards.map(({ id, wallet, cost }): Prompt => ({ kind: 'reward-available', rewardId: id, wallet, cost })),
    ...wallets.flatMap(({ code, expiring }) =>
      expiring
        .filter((each) => each.at <= soon)
        .map((each): Prompt => ({ kind: 'points-expiring', wallet: code, points: each.points, at: each.at })),
    ),
    ...(tier?.validUntil !== undefined && tier.validUntil <= soon
      ? [{ kind: 'tier-ends', tier: tier.code, at: tier.validUntil } as const]
      : []),
  ];
};
