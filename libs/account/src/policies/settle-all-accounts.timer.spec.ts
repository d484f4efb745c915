import { programme } from '../domain/testing/scenario';
import { settleAllAccounts } from './settle-all-accounts.timer';

const document = programme().all[0]!.document;

const published = (version: number, effectiveFrom: number | null) =>
  ({
    type: 'ProgrammePublished',
    at: 5,
    data: { version, document, effectiveFrom, note: '', publishedAt: 5 },
  }) as const;

describe('every account is told to settle', () => {
  it('when a version takes effect, each version for itself', () => {
    expect(settleAllAccounts.keysOf(published(2, 70))).toEqual(['version 2']);
    expect(settleAllAccounts.keysOf(published(3, 70))).toEqual(['version 3']);
    expect(settleAllAccounts.on.ProgrammePublished(undefined, published(2, 70))).toEqual({ dueAt: 70 });
    expect(settleAllAccounts.whenDue({ dueAt: 70 }, 'version 12')).toEqual([
      { type: 'SettleAllAccounts', version: 12 },
    ]);
  });

  it('not for a version that has been in force since ever', () =>
    expect(settleAllAccounts.on.ProgrammePublished(undefined, published(1, null))).toBeNull());
});
