import { type AccountEvent, accountEvents } from '../domain/account.events';
import type { LotCause } from '../domain/account.state';
import { wholeLife } from '../domain/testing/whole-life';
import { type Flow, flowsOf } from './flows';

const slices = [
  { lotId: 'a', points: 7, issuingStore: 'S1' },
  { lotId: 'b', points: 3 },
];
const wallet = 'points';

const granted = (cause: LotCause): AccountEvent => ({
  type: 'PointsEarned',
  at: 0,
  data: {
    ...{ lotId: 'a', wallet, points: 10, cause, lines: [], counts: {}, issuingStore: 'S1' },
    ...{ activeFrom: 0, expiresAt: null, multipliers: [], clips: [], inputs: {} },
  },
});

const short = ({ kind, issuingStore, points }: Flow): string => `${kind} ${issuingStore || 'no store'} ${points}`;

describe('what points that were granted count as', () => {
  it.each<[LotCause, Flow['kind']]>([
    [{ kind: 'rule', rule: 'base', version: 1 }, 'issued'],
    [{ kind: 'goodwill', reference: 'complaint' }, 'issued'],
    [{ kind: 'campaign', reference: 'enrolment' }, 'issued'],
    [{ kind: 'adjustment', reason: 'sorry' }, 'adjusted'],
    [{ kind: 'conversion', conversionId: 'swap', version: 1 }, 'converted'],
    [{ kind: 'undo', redemptionId: 'r' }, 'spent'],
  ])('%j: %s', (cause, kind) =>
    expect(flowsOf(granted(cause))).toEqual([{ kind, wallet, issuingStore: 'S1', points: 10 }]),
  );
});

describe('what moves points between lots and the world, store by store', () => {
  const returned = { returnId: 'R', purchaseId: 'P', forgiven: 2, fromExpired: 1, debt: 4, origins: [] };

  it.each<[AccountEvent, readonly string[]]>([
    [
      { type: 'PointsExpired', at: 0, data: { wallet, lotId: 'a', points: 4, issuingStore: 'S1', ordinal: 4 } },
      ['expired S1 -4'],
    ],
    [{ type: 'PointsExpired', at: 0, data: { wallet, lotId: 'a', points: 4, ordinal: 4 } }, ['expired no store -4']],
    [
      { type: 'HoldCaptured', at: 0, data: { redemptionId: 'r', wallet, points: 10, slices } },
      ['spent S1 -7', 'spent no store -3'],
    ],
    [
      {
        type: 'RedemptionUndone',
        at: 0,
        data: { redemptionId: 'r', wallet, points: 15, slices, lost: slices, grace: [] },
      },
      ['spent S1 7', 'spent no store 3'],
    ],
    [
      { type: 'PointsDeducted', at: 0, data: { wallet, points: 10, reason: 'x', slices } },
      ['adjusted S1 -7', 'adjusted no store -3'],
    ],
    [
      {
        type: 'PointsConverted',
        at: 0,
        data: { conversionId: 'c', programmeVersion: 1, times: 1, wallet, points: 10, slices, lotId: 'c' },
      },
      ['converted S1 -7', 'converted no store -3'],
    ],
    [
      { type: 'PointsReversed', at: 0, data: { ...returned, wallet, points: 15, slices } },
      ['reversed S1 -7', 'reversed no store -3'],
    ],
    [
      { type: 'DebtRepaid', at: 0, data: { wallet, points: 10, slices, ordinal: 1 } },
      ['reversed S1 -7', 'reversed no store -3'],
    ],
    [{ type: 'DebtIncurred', at: 0, data: { wallet, points: 5, returnId: 'R' } }, []],
  ])('$type', (event, expected) => expect(flowsOf(event).map(short)).toEqual(expected));
});

describe('the flows of a whole life', () => {
  const { events, account } = wholeLife();

  it('come from the facts that move points, and from no others', () => {
    const moving = new Set(events.filter((event) => flowsOf(event).length > 0).map(({ type }) => type));
    expect([...moving].sort()).toEqual([
      ...['DebtRepaid', 'HoldCaptured', 'PointsConverted', 'PointsDeducted', 'PointsEarned'],
      ...['PointsExpired', 'PointsReversed', 'RedemptionUndone'],
    ]);
    expect(accountEvents.all().length).toBeGreaterThan(moving.size);
  });

  it('add up to what the lots hold, wallet by wallet', () => {
    for (const code of ['points', 'stamps', 'dollars']) {
      const flows = events.flatMap(flowsOf).filter((flow) => flow.wallet === code);
      const held = account.lots.filter((lot) => lot.wallet === code).reduce((sum, lot) => sum + lot.remaining, 0);
      expect([code, flows.reduce((sum, flow) => sum + flow.points, 0)]).toEqual([code, held]);
    }
  });
});
