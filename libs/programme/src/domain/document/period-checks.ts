import { parsePeriod } from '#libs/platform/kernel/period';
import type { ProgrammeDocument } from './document';
import type { Problem } from './problem';

/** A period in a document, where there is one, and its path. */
type Named = readonly [path: Problem['path'], period: string | undefined];

const mostDays = 36_525;

/** Nobody promises anything for longer; and after the year 9999 there are no instants that RFC 3339 can write. */
const isTooLong = (text: string): boolean => {
  const { months, days, milliseconds } = parsePeriod(text) ?? { months: 0, days: 0, milliseconds: 0 };
  return (months * 365.25) / 12 + days + milliseconds / 86_400_000 > mostDays;
};

const ofWallets = ({ wallets }: ProgrammeDocument): readonly Named[] =>
  wallets.flatMap(({ pending, expiry, undo }, index): readonly Named[] => [
    [['wallets', index, 'pending', 'period'], pending.mode === 'after' ? pending.period : undefined],
    [['wallets', index, 'expiry', 'period'], 'period' in expiry ? expiry.period : undefined],
    [['wallets', index, 'undo', 'grace'], undo.grace],
  ]);

const ofRules = ({ earningRules }: ProgrammeDocument): readonly Named[] =>
  earningRules.flatMap(({ limits }, index) =>
    limits.map((limit, place): Named => {
      const path = ['earningRules', index, 'limits', place, 'period'];
      return [path, limit.per === 'rolling' ? limit.period : undefined];
    }),
  );

const ofRewards = ({ rewards }: ProgrammeDocument): readonly Named[] =>
  rewards.map(({ gives }, index) => [
    ['rewards', index, 'gives', 'validFor'],
    'validFor' in gives ? gives.validFor : undefined,
  ]);

const ofTheRest = ({ tiers, late, holdTtl }: ProgrammeDocument): readonly Named[] => [
  [['tiers', 'window', 'period'], tiers.window.kind === 'rolling' ? tiers.window.period : undefined],
  [['tiers', 'grace'], tiers.grace],
  [['tiers', 'notice'], tiers.notice],
  [['late', 'maxAge'], late.maxAge],
  [['late', 'grace'], late.grace],
  [['holdTtl'], holdTtl],
];

/** Every period of a document that lasts longer than a hundred years. */
export const tooLongPeriods = (document: ProgrammeDocument): readonly Problem[] =>
  [ofWallets, ofRules, ofRewards, ofTheRest]
    .flatMap((named) => named(document))
    .filter(([, period]) => period !== undefined && isTooLong(period))
    .map(([path]) => ({ path, message: 'must not last longer than a hundred years' }));
