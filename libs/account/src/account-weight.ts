import { bytesOfText, weigherOf } from '#libs/platform/runtime/state-weight';
import type { Account, Lot, PackedSale } from './domain/account.state';

/** Its objects and lists without what is in them. */
const emptySale = 230;

const weighSale = ({ purchaseId, texts, numbers, returned }: PackedSale): number => {
  let bytes = emptySale + bytesOfText(purchaseId) + 8 * (texts.length + numbers.length) + 60 * returned.length;
  for (const text of texts) if (text !== null && text.length > 10) bytes += bytesOfText(text);
  return bytes;
};

/** Why points were granted, in a person's words perhaps. */
const weighCause = ({ cause }: Lot): number => (cause.kind === 'adjustment' ? 60 + bytesOfText(cause.reason) : 60);

const weighLot = (lot: Lot): number => 400 + weighCause(lot) + 48 * lot.lines.length;

/**
 * Rough bytes of what an account holds in memory, right within a factor of two. An account is mostly sales and lots, of
 * which hardly any command changes more than one or two.
 */
export const weighAccount = weigherOf<Account>({
  sales: weighSale,
  lots: weighLot,
  qualifying: () => 150,
  occasions: () => 150,
});
