import type { Instant } from '#libs/platform/kernel/instant';
import { subtractPeriod } from '#libs/platform/kernel/calendar';
import { periodOf } from '#libs/platform/kernel/period';
import {
  initialTier,
  toKeep,
  type TierHistory,
  type TierStanding,
  type TierStep,
  tierSteps,
} from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Account } from './account.state';
import type { Changing } from './copies';
import type { Draft } from './draft';
import type { Ordinal } from './fact';
import { standingAt, stepAt } from './tiers';

/**
 * The tier in force at an instant, by the recorded path; before any step, the programme's entry tier. While the
 * programme has no tiers, nobody has one, whatever the path says of the time before.
 */
export const tierCodeAt = (account: Account, context: AccountContext, at: Instant): string | undefined => {
  const rulebook = context.rulebooks.at(at);
  const initial = rulebook === undefined ? undefined : initialTier(rulebook);
  return initial === undefined ? undefined : (stepAt(account.tierPath, at)?.to ?? initial);
};

/** What tiers depend on: the entries that count, the tiers given by hand, and when the member joined. */
export const historyOf = (account: Account, context: AccountContext, until: Instant): Changing<TierHistory> => {
  const { rulebooks, joinedAt } = context;
  const history: Changing<TierHistory> = {
    rulebooks,
    entries: account.qualifying,
    manual: account.manualTiers,
    until,
  };
  if (joinedAt !== undefined) history.joinedAt = joinedAt;
  return history;
};

/** The whole path from the first entry on, as the facts known now have it. */
const pathFromScratch = (account: Account, context: AccountContext, until: Instant): readonly TierStep[] =>
  tierSteps(historyOf(account, context, until));

/** The steps after the recorded path, up to and including `until`. */
const stepsAfter = (
  account: Account,
  context: AccountContext,
  fromInstant: Instant,
  until: Instant,
): readonly TierStep[] => {
  const history = historyOf(account, context, until);
  const from = standingAt(account.tierPath, fromInstant);
  if (from !== undefined) history.from = from;
  history.fromInstant = fromInstant;
  return tierSteps(history);
};

/** When the warning of a tier's end is due, by the rules in force at that end; nothing where they give none. */
const noticeOf = (validUntil: Instant | undefined, context: AccountContext): { readonly noticeAt?: Instant } => {
  const document = validUntil === undefined ? undefined : context.rulebooks.at(validUntil)?.document;
  if (validUntil === undefined || document?.tiers.notice === undefined) return {};
  return { noticeAt: subtractPeriod(validUntil, periodOf(document.tiers.notice), document.timeZone) };
};

const stepEvent = (step: TierStep, ordinal: Ordinal, context: AccountContext): TierDue['event'] => ({
  type: step.kind === 'lost' ? 'TierLost' : 'TierReached',
  at: step.at,
  data: { step, ordinal, ...noticeOf(step.validUntil, context) },
});

/** A step, or a warning of one, that time alone brings about. */
export interface TierDue {
  readonly at: Instant;
  readonly event: Extract<AccountEvent, { type: 'TierReached' | 'TierLost' | 'TierNoticed' }>;
}

/**
 * True when the tier may change by time alone up to `until`: a period ends, or a new programme version starts. The
 * latest instant itself is looked at again: what else fell due at it (debt repaid, a conversion) was stated before the
 * step of that instant.
 */
const mayChange = (account: Account, context: AccountContext, until: Instant): boolean => {
  const last = account.tierPath.at(-1);
  if (last?.validUntil !== undefined && last.validUntil <= until) return true;
  if (account.manualTiers.some((tier) => tier.until >= account.latest && tier.until <= until)) return true;
  if (context.rulebooks.changesBetween(account.latest - 1, until)) return true;
  return context.rulebooks.at(until)?.document.tiers.upgrade === 'nextPeriod';
};

const stepDue = (account: Account, context: AccountContext, until: Instant): TierDue | undefined => {
  if (!mayChange(account, context, until)) return undefined;
  const from = account.tierPath.at(-1)?.at ?? account.qualifying[0]?.at ?? account.latest;
  const step = stepsAfter(account, context, from, until)[0];
  return step === undefined ? undefined : { at: step.at, event: stepEvent(step, 3, context) };
};

/** The tier's end that a warning would speak of, the rules in force then, and when the warning is due by them. */
export const warningOf = (account: Account, context: AccountContext) => {
  if (account.tierPath.at(-1)?.validUntil === undefined) return undefined;
  const standing = standingAt(account.tierPath, Number.MAX_SAFE_INTEGER);
  const validUntil = standing?.validUntil;
  const rulebook = validUntil === undefined ? undefined : context.rulebooks.at(validUntil);
  const { noticeAt } = noticeOf(validUntil, context);
  if (standing === undefined || validUntil === undefined || rulebook === undefined || noticeAt === undefined)
    return undefined;
  return { standing, validUntil, rulebook, at: Math.max(noticeAt, account.latest) };
};

/** The warning of a tier's end, once for each end, if what has been qualified so far would not renew it. */
const noticeDue = (account: Account, context: AccountContext, until: Instant): TierDue | undefined => {
  const warning = warningOf(account, context);
  if (warning === undefined || account.noticed.includes(warning.validUntil)) return undefined;
  const { at, validUntil, rulebook, standing } = warning;
  if (at > until || at >= validUntil) return undefined;
  const joined = context.joinedAt === undefined ? {} : { joinedAt: context.joinedAt };
  const gap = toKeep(rulebook, { entries: account.qualifying, ...joined }, standing);
  if (gap === undefined || gap.missing === 0) return undefined;
  const { code, missing } = gap;
  return { at, event: { type: 'TierNoticed', at, data: { code, validUntil, missing, ordinal: 3 } } };
};

/** The first step, or warning of one, that time alone brings about up to and including `until`. */
export const nextTierDue = (account: Account, context: AccountContext, until: Instant): TierDue | undefined => {
  if (account.qualifying.length === 0 && account.manualTiers.length === 0) return undefined;
  const step = stepDue(account, context, until);
  const notice = noticeDue(account, context, until);
  if (step === undefined || notice === undefined) return step ?? notice;
  return notice.at <= step.at ? notice : step;
};

const sameStep = (a: TierStep | undefined, b: TierStep | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.at === b.at &&
  a.kind === b.kind &&
  a.from === b.from &&
  a.to === b.to &&
  a.validUntil === b.validUntil;

const leftOf = ({ code, validUntil }: TierStanding): { readonly code: string; readonly validUntil?: Instant } =>
  validUntil === undefined ? { code } : { code, validUntil };

/** Works the whole path out again; steps beyond the recorded path are stated as such, any other change corrects it. */
const correctPath = (draft: Draft, context: AccountContext): void => {
  const recorded = draft.account.tierPath;
  const path = pathFromScratch(draft.account, context, draft.now);
  let same = 0;
  while (sameStep(recorded[same], path[same])) same += 1;
  if (same === recorded.length) {
    for (const step of path.slice(same)) draft.state(stepEvent(step, 5, context));
    return;
  }
  const since = Math.min(recorded[same]?.at ?? draft.now, path[same]?.at ?? draft.now);
  const steps = path.filter((step) => step.at >= since);
  const standing = standingAt(path, draft.now);
  const left = standing === undefined ? null : leftOf(standing);
  const data = { since, steps, left, ...noticeOf(standing?.validUntil, context) };
  draft.state({ type: 'TierCorrected', at: draft.now, data });
};

/**
 * States what an entry that counts toward tiers, just recorded at `at`, does to the tier. One that is later than all
 * others goes on from the present standing; a late one, or a return, has the path worked out again.
 */
export const qualify = (draft: Draft, context: AccountContext, at: Instant, lowered: boolean): void => {
  const { tierPath, qualifying } = draft.account;
  const inOrder = !lowered && at >= (tierPath.at(-1)?.at ?? at) && at >= (qualifying.at(-1)?.at ?? at);
  if (!inOrder) return correctPath(draft, context);
  for (const step of stepsAfter(draft.account, context, at, Math.max(at, draft.now)))
    draft.state(stepEvent(step, 5, context));
};
