import type { Instant } from '#libs/platform/kernel/instant';
import { nextTierChange, type Rulebooks } from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { Account } from './account.state';
import type { Changing } from './copies';
import type { Draft } from './draft';
import { historyOf, warningOf } from './tier-path';
import { standingAt } from './tiers';
import type { TierChangeAwaited } from './tiers.events';

/** In some version a tier ends or begins later than the step before it says. */
const delays = ({ all }: Rulebooks): boolean =>
  all.some(({ document: { tiers } }) => tiers.grace !== undefined || tiers.upgrade === 'nextPeriod');

/** When time alone may change the tier after `now`, where a step alone does not tell. */
const nextChange = (account: Account, context: AccountContext, now: Instant): Instant | undefined => {
  if (!delays(context.rulebooks)) return undefined;
  const history = historyOf(account, context, now);
  const from = standingAt(account.tierPath, now);
  if (from !== undefined) history.from = from;
  return nextTierChange(history);
};

/** When the end of the tier is to be warned of, unless that is over or done. */
const nextNotice = (account: Account, context: AccountContext, now: Instant): Instant | undefined => {
  const warning = warningOf(account, context);
  if (warning === undefined || account.noticed.includes(warning.validUntil)) return undefined;
  return warning.at > now ? warning.at : undefined;
};

/**
 * States when time may next change the tier of an account, or a warning of its end is due, unless the facts so far say so
 * already: whoever settles accounts when it is time knows no rules. Expects the account to be settled.
 */
export const awaitTier = (draft: Draft, context: AccountContext): void => {
  const { account, now } = draft;
  if (account.qualifying.length === 0 && account.manualTiers.length === 0) return;
  const data: Changing<TierChangeAwaited['data']> = {};
  const changesAt = nextChange(account, context, now);
  if (changesAt !== undefined && changesAt !== account.awaited.changesAt) data.changesAt = changesAt;
  const noticeAt = nextNotice(account, context, now);
  if (noticeAt !== undefined && noticeAt !== account.awaited.noticeAt) data.noticeAt = noticeAt;
  if (Object.keys(data).length > 0) draft.state({ type: 'TierChangeAwaited', at: now, data });
};
