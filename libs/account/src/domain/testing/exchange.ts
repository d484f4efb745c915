import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { programme, Scenario, wallet } from './scenario';

/** A conversion as a document has it. */
export type Conversion = NonNullable<ProgrammeDraft['conversions']>[number];

/** A wallet as a document has it. */
export type Wallet = ProgrammeDraft['wallets'][number];

/** Units of one wallet become units of another when the member asks. */
export const swap = (
  id: string,
  [from, fromUnits]: readonly [string, number],
  [to, toUnits]: readonly [string, number],
) => ({
  id,
  from: { wallet: from, units: fromUnits },
  to: { wallet: to, units: toUnits },
});

/** The same, whenever there are enough. */
export const automatic = (conversion: Conversion): Conversion => ({ ...conversion, mode: 'automatic' });

/** A hundred points become five dollars. */
export const hundred = swap('to-dollars', ['points', 100], ['dollars', 500]);

/** An account under a programme with points, dollars and miles, and these conversions. */
export const under = (
  conversions: Conversion[],
  points: Partial<Wallet> = {},
  dollars: Partial<Wallet> = {},
): Scenario =>
  new Scenario(
    programme({
      wallets: [
        wallet({ payWithPoints: { perPoints: 1, amountMinor: 1 }, ...points }),
        wallet({ code: 'dollars', scale: 2, ...dollars }),
        wallet({ code: 'miles' }),
      ],
      conversions,
    }),
  );

/** What is available of points, dollars and miles. */
export const balances = (scenario: Scenario): readonly number[] =>
  ['points', 'dollars', 'miles'].map((code) => scenario.available(code));
