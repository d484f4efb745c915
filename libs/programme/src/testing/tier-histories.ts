import { toText } from '#libs/platform/kernel/instant';
import type { ProgrammeDraft } from '../domain/document/document';
import type { QualifyingEntry, TierStep } from '../domain/occasion';
import { type TierHistory, tierSteps } from '../domain/tiers/tier-steps';
import { at, historyWith } from './programmes';

type TiersDraft = ProgrammeDraft['tiers'];

/** Bronze from 0, silver from 100, gold from 200, by net spend unless told otherwise, in Brisbane: UTC+10 all year. */
export const metals = (changes: Partial<TiersDraft> = {}): Pick<ProgrammeDraft, 'tiers' | 'timeZone'> => ({
  timeZone: 'Australia/Brisbane',
  tiers: {
    levels: [
      { code: 'bronze', min: 0 },
      { code: 'silver', min: 100 },
      { code: 'gold', min: 200 },
    ],
    ...changes,
  },
});

/** Something that counts: on a date at noon in Brisbane, or at an instant. */
export const entry = (
  when: string,
  netSpendMinor: number,
  changes: Partial<QualifyingEntry> = {},
): QualifyingEntry => ({
  at: at(when.includes('T') ? when : `${when}T12:00:00+10:00`),
  netSpendMinor,
  visits: 1,
  points: {},
  ...changes,
});

/** A member's history under tiers that hold since ever. */
export const history = (
  tiers: Partial<TiersDraft>,
  entries: readonly QualifyingEntry[],
  changes: Partial<Omit<TierHistory, 'until'>> & { readonly until: string },
): TierHistory => ({
  rulebooks: historyWith(metals(tiers)),
  entries,
  manual: [],
  ...changes,
  until: at(changes.until),
});

const day = (instant: number): string => {
  const local = toText(instant + 10 * 3_600_000);
  return local.endsWith('T00:00:00.000Z') ? local.slice(0, 10) : local.slice(0, 16);
};

/** A step in words, days by Brisbane's calendar: `2026-02-10T12:00 bronze > silver until 2026-07-01`. */
export const told = ({ at: when, kind, from, to, validUntil }: TierStep): string =>
  `${day(when)} ${kind === 'renewed' ? `${to} renewed` : `${from} > ${to}`}${validUntil === undefined ? '' : ` until ${day(validUntil)}`}`;

/** The steps of a history in words. */
export const steps = (
  tiers: Partial<TiersDraft>,
  entries: readonly QualifyingEntry[],
  changes: Parameters<typeof history>[2],
): readonly string[] => tierSteps(history(tiers, entries, changes)).map(told);
