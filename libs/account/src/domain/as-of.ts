import type { Instant } from '#libs/platform/kernel/instant';
import type { AccountContext } from './account.commands';
import type { AccountEvent } from './account.events';
import { evolve } from './account.evolve';
import type { Account } from './account.state';
import { emptyAccount } from './empty-account';
import { settledFacts, type Settled } from './overview';
import type { Noted } from './statement';

/** Two instants: which moment is asked about, and up to when the log is believed. */
export interface Moment {
  readonly asOf: Instant;
  readonly knownAt: Instant;
}

/** What can make the tier path be worked out anew. */
const causes: readonly AccountEvent['type'][] = [
  'PurchaseRecorded',
  'VisitRecorded',
  'ActivityRecorded',
  'PurchaseReturned',
  'TierGranted',
];

/**
 * The facts that an account at a moment is made of: what had occurred by `asOf` and was recorded by `knownAt`. A
 * correction of the tier path, stated when it was found out, counts from when its cause occurred: a late ticket brought
 * the tier when it was bought, a return takes it when the goods come back.
 */
export const factsAt = (facts: readonly Noted[], { asOf, knownAt }: Moment): readonly Noted[] => {
  let cause = Number.NEGATIVE_INFINITY;
  return facts.filter(({ event, recordedAt }) => {
    if (causes.includes(event.type)) cause = event.at;
    return recordedAt <= knownAt && (event.type === 'TierCorrected' ? cause : event.at) <= asOf;
  });
};

/** Without what the path says of the time after `asOf`. */
const cutAt = (account: Account, asOf: Instant): Account => ({
  ...account,
  tierPath: account.tierPath.filter((step) => step.at <= asOf),
  latest: Math.min(account.latest, asOf),
});

/**
 * The account as it was at `asOf`, by when things occurred, as far as the log knew at `knownAt`; with everything stated
 * that time alone had brought about by then.
 */
export const accountAt = (
  memberId: string,
  facts: readonly Noted[],
  context: AccountContext,
  moment: Moment,
): Settled => {
  const folded = factsAt(facts, moment).reduce((account, { event }) => evolve(account, event), emptyAccount(memberId));
  return settledFacts(cutAt(folded, moment.asOf), context, moment.asOf);
};
