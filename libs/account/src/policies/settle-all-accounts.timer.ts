import type { Instant } from '#libs/platform/kernel/instant';
import type { ProgrammePublished } from '#libs/programme/src/contract';

/** State on every account whatever a new version of the programme brings about with its beginning. */
export interface SettleAllAccounts {
  readonly type: 'SettleAllAccounts';
  readonly version: number;
}

const prefix = 'version ';

/**
 * Whenever a version of the programme takes effect, every account is told to settle: points that never ended may get an
 * end, tiers may begin or get one, and nobody else would say so of members who do not come any more. The first version
 * finds no accounts where it has been in force since ever.
 */
export const settleAllAccounts = {
  name: 'settle-all-accounts',
  version: 1,
  /** After what is due on single accounts at that instant. */
  ordinal: 5,
  keysOf: ({ data }: ProgrammePublished): readonly string[] => [`${prefix}${data.version}`],
  on: {
    ProgrammePublished: (_: unknown, { data }: ProgrammePublished): { readonly dueAt: Instant } | null =>
      data.effectiveFrom === null ? null : { dueAt: data.effectiveFrom },
  },
  whenDue: (_: unknown, key: string): readonly SettleAllAccounts[] => [
    { type: 'SettleAllAccounts', version: Number(key.slice(prefix.length)) },
  ],
} as const;
