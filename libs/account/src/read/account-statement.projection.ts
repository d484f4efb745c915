import { idOf } from '#libs/platform/kernel/decider';
import type { Projection } from '#libs/platform/read-models/projection';
import type { Fact } from '#libs/platform/runtime/fact';
import type { AccountEvent } from '../domain/account.events';
import { emptyAccount } from '../domain/empty-account';
import { entryOf } from '../domain/statement';
import { AccountStatementLine } from './account-statement.entity';

/** Stores are left out here: they stand with the ticket or redemption that the reference names. */
const nobody = emptyAccount('');

const line = (_: unknown, fact: Fact): AccountStatementLine | null => {
  const entry = entryOf(fact as unknown as AccountEvent, nobody);
  if (entry === undefined) return null;
  const { kind, wallet, points, reference, debt = 0 } = entry;
  const { streamId, revision, at } = fact;
  return { memberId: idOf(streamId), revision, at, kind, wallet, points, debt, reference };
};

/** Every movement of points, for exports and lists over many members. */
export const accountStatement: Projection<AccountStatementLine, AccountEvent> = {
  name: 'account-statement',
  version: 1,
  entity: AccountStatementLine,
  appendOnly: true,
  keysOf: (fact) => [[idOf(fact.streamId), fact.revision]],
  on: {
    PointsEarned: line,
    PointsExpired: line,
    PointsDeducted: line,
    PointsConverted: line,
    HoldCaptured: line,
    RedemptionUndone: line,
    PointsReversed: line,
    DebtIncurred: line,
    DebtRepaid: line,
  },
};
