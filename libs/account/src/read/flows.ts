import type { AccountEvent } from '../domain/account.events';
import type { LotCause, Slice } from '../domain/account.state';

/** Why points came or went, as the books count it. */
export type FlowKind = 'issued' | 'spent' | 'expired' | 'reversed' | 'adjusted' | 'converted';

/** Points that came into (+) or left (−) lots of one issuing store; '' for lots that no store issued. */
export interface Flow {
  readonly kind: FlowKind;
  readonly wallet: string;
  readonly issuingStore: string;
  readonly points: number;
}

const kindOf = (cause: LotCause): FlowKind => {
  switch (cause.kind) {
    case 'rule':
    case 'goodwill':
    case 'campaign':
      return 'issued';
    case 'adjustment':
      return 'adjusted';
    case 'conversion':
      return 'converted';
    case 'undo':
      return 'spent';
  }
};

const ofSlices = (kind: FlowKind, wallet: string, slices: readonly Slice[], sign: 1 | -1): readonly Flow[] =>
  slices.map(({ issuingStore = '', points }) => ({ kind, wallet, issuingStore, points: sign * points }));

/**
 * The flows of points in a fact, lot by lot: they add up to what the lots hold, store by store. What a return takes and
 * what later repays its debt are both reversals; what an undone redemption gives back lowers what was spent.
 */
export const flowsOf = (event: AccountEvent): readonly Flow[] => {
  switch (event.type) {
    case 'PointsEarned': {
      const { cause, wallet, issuingStore = '', points } = event.data;
      return [{ kind: kindOf(cause), wallet, issuingStore, points }];
    }
    case 'PointsExpired': {
      const { wallet, issuingStore = '', points } = event.data;
      return [{ kind: 'expired', wallet, issuingStore, points: -points }];
    }
    case 'HoldCaptured':
      return ofSlices('spent', event.data.wallet, event.data.slices, -1);
    case 'RedemptionUndone':
      return ofSlices('spent', event.data.wallet, event.data.slices, 1);
    case 'PointsDeducted':
      return ofSlices('adjusted', event.data.wallet, event.data.slices, -1);
    case 'PointsConverted':
      return ofSlices('converted', event.data.wallet, event.data.slices, -1);
    case 'PointsReversed':
      return ofSlices('reversed', event.data.wallet, event.data.slices, -1);
    case 'DebtRepaid':
      return ofSlices('reversed', event.data.wallet, event.data.slices, -1);
    default:
      return [];
  }
};
