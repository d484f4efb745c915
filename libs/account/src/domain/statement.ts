import { type Instant, toText } from '#libs/platform/kernel/instant';
import type { AccountEvent } from './account.events';
import type { Account, LotCause } from './account.state';
import { holdOf } from './holds';
import type { PointsEarned } from './lots.events';
import { sumOf } from './lots';
import { saleOf } from './tickets';

/** What moved points. */
export type EntryKind =
  | 'earned'
  | 'adjusted'
  | 'converted'
  | 'awarded'
  | 'expired'
  | 'spent'
  | 'given-back'
  | 'returned'
  | 'debt-incurred'
  | 'debt-repaid';

/**
 * One movement of points. `points` is what it adds to (+) or takes from (−) the lots of the wallet, so that the entries
 * of a wallet add up to what its lots hold; `debt` is what it adds to what is owed.
 */
export interface StatementEntry {
  /** When it occurred, RFC 3339. */
  readonly at: string;
  readonly kind: EntryKind;
  readonly wallet: string;
  readonly points: number;
  /** The ticket, visit, redemption, award … it belongs to. */
  readonly reference: string;
  readonly rule?: string;
  readonly lotId?: string;
  readonly storeId?: string;
  readonly debt?: number;
  readonly forgiven?: number;
}

const earnedKind = (cause: LotCause): EntryKind => {
  switch (cause.kind) {
    case 'rule':
      return 'earned';
    case 'adjustment':
      return 'adjusted';
    case 'conversion':
      return 'converted';
    case 'goodwill':
    case 'campaign':
      return 'awarded';
    case 'undo':
      return 'given-back';
  }
};

const causeReference = (cause: LotCause): string => {
  switch (cause.kind) {
    case 'rule':
      return cause.rule;
    case 'adjustment':
      return cause.reason;
    case 'conversion':
      return cause.conversionId;
    case 'goodwill':
    case 'campaign':
      return cause.reference;
    case 'undo':
      return cause.redemptionId;
  }
};

const earned = ({ at, data }: PointsEarned): StatementEntry => ({
  at: toText(at),
  kind: earnedKind(data.cause),
  wallet: data.wallet,
  points: data.points,
  reference: data.occasion ?? causeReference(data.cause),
  ...(data.cause.kind === 'rule' ? { rule: data.cause.rule } : {}),
  lotId: data.lotId,
  ...(data.issuingStore === undefined ? {} : { storeId: data.issuingStore }),
});

/** The store of a redemption or of a sale, as the account knows it. */
const storeOf = (account: Account, id: { redemptionId: string } | { purchaseId: string }): { storeId?: string } => {
  const storeId =
    'redemptionId' in id
      ? holdOf(account, id.redemptionId)?.aim.storeId
      : saleOf(account, id.purchaseId)?.ticket.storeId;
  return storeId === undefined ? {} : { storeId };
};

/**
 * The movement of points in a fact; `undefined` when it moves none. `account` is the account after the fact or later,
 * asked only for the stores of redemptions and sales.
 */
export const entryOf = (event: AccountEvent, account: Account): StatementEntry | undefined => {
  const entry = (kind: EntryKind, wallet: string, points: number, reference: string): StatementEntry => ({
    at: toText(event.at),
    kind,
    wallet,
    points,
    reference,
  });
  switch (event.type) {
    case 'PointsEarned':
      return earned(event);
    case 'PointsExpired': {
      const { wallet, points, lotId } = event.data;
      return { ...entry('expired', wallet, -points, lotId), lotId };
    }
    case 'PointsDeducted':
      return entry('adjusted', event.data.wallet, -event.data.points, event.data.reason);
    case 'PointsConverted':
      return entry('converted', event.data.wallet, -event.data.points, event.data.conversionId);
    case 'HoldCaptured': {
      const { wallet, points, redemptionId } = event.data;
      return { ...entry('spent', wallet, -points, redemptionId), ...storeOf(account, event.data) };
    }
    case 'RedemptionUndone': {
      const { wallet, slices, redemptionId } = event.data;
      return { ...entry('given-back', wallet, sumOf(slices), redemptionId), ...storeOf(account, { redemptionId }) };
    }
    case 'PointsReversed': {
      const { wallet, slices, returnId, purchaseId, forgiven } = event.data;
      const back = entry('returned', wallet, -sumOf(slices), returnId);
      return { ...back, ...storeOf(account, { purchaseId }), ...(forgiven > 0 ? { forgiven } : {}) };
    }
    case 'DebtIncurred':
      return { ...entry('debt-incurred', event.data.wallet, 0, event.data.returnId), debt: event.data.points };
    case 'DebtRepaid': {
      const { wallet, points, slices } = event.data;
      const lotId = slices[0]?.lotId;
      const repaid = { ...entry('debt-repaid', wallet, -points, lotId ?? wallet), debt: -points };
      return lotId === undefined ? repaid : { ...repaid, lotId };
    }
    default:
      return undefined;
  }
};

/** A fact with its place in the account's stream and when the log learnt of it. */
export interface Noted {
  readonly event: AccountEvent;
  readonly revision: number;
  readonly recordedAt: Instant;
}

/** An entry with its place, after which a page goes on. */
export interface PlacedEntry {
  readonly revision: number;
  readonly entry: StatementEntry;
}

/** The entries of facts given in the order of the stream, newest first. A fact makes one entry at most. */
export const statementOf = (facts: readonly Noted[], account: Account): readonly PlacedEntry[] =>
  facts
    .flatMap(({ event, revision }) => {
      const entry = entryOf(event, account);
      return entry === undefined ? [] : [{ revision, entry }];
    })
    .reverse();
