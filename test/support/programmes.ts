/** A programme in few words: whatever is not told has the simplest form. */
export interface ProgrammeWishes {
  /** Keys of the wallet `points`, such as its expiry. */
  readonly points?: object;
  /** Earning rules; one point per dollar unless told. */
  readonly rules?: readonly object[];
  readonly tiers?: object;
  readonly rewards?: readonly object[];
  /** Any other key of the document. */
  readonly more?: object;
}

const text = (en: string): object => ({ en, zh: en });

/** A wallet called `code`. */
const wallet = (code: string, rules: object = {}): object => ({ code, name: text(code), ...rules });

/** A rule of the base phase that gives this many points for every dollar. */
export const perDollar = (points: number, more: object = {}): object => ({
  id: 'base',
  name: text('base'),
  wallet: 'points',
  phase: 'base',
  award: { kind: 'perAmount', points, perMinor: 100 },
  ...more,
});

/** A rule that gives points for an occasion, such as `enrolment`. */
export const fixedFor = (occasion: string, points: number, more: object = {}): object => ({
  id: occasion.replace(':', '-'),
  name: text(occasion),
  wallet: 'points',
  phase: 'fixed',
  when: { on: [occasion] },
  award: { kind: 'fixed', points },
  ...more,
});

/** Whole document of a programme with one wallet, `points`, in Melbourne's time zone. */
export const programme = ({ points, rules, tiers, rewards, more }: ProgrammeWishes = {}): object => ({
  name: 'Journey Club',
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  wallets: [wallet('points', points)],
  earningRules: rules ?? [perDollar(1)],
  tiers: tiers ?? { levels: [] },
  rewards: rewards ?? [],
  lifecycle: { ruleVersion: 1 },
  ...more,
});
