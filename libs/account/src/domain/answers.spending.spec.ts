import {
  activationAnswer,
  adjustmentAnswer,
  conversionAnswer,
  redemptionAnswer,
  redemptionView,
  voucherView,
} from './answers';
import { on, programme, Scenario, wallet } from './testing/scenario';
import { contextOf, told } from './testing/told';

const none = { pending: 0, held: 0, debt: 0 };

describe('a redemption answers', () => {
  const pay = { perPoints: 100, amountMinor: 100, minPoints: 100, stepPoints: 100 };
  const scenario = (): Scenario => {
    const made = new Scenario(programme({ wallets: [wallet({ payWithPoints: pay })] }));
    made.adjust(500, 'gift');
    return made;
  };

  it('what is held, worth how much, until when', () => {
    const made = scenario();
    const step = told(made, (each) => each.pay('X1', 200));
    expect(redemptionAnswer(step, contextOf(made), 'X1')).toEqual({
      redemptionId: 'X1',
      status: 'held',
      wallet: 'points',
      points: 200,
      valueMinor: 200,
      slices: [{ lotId: 'gift', points: 200 }],
      expiresAt: '2026-01-01T00:15:00.000Z',
      wallets: [{ code: 'points', available: 300, pending: 0, held: 200, debt: 0 }],
    });
  });

  it('where it stands at any time', () => {
    const made = scenario();
    made.pay('X1', 300);
    const at = (text: string) => redemptionView(made.account, 'X1', on(text));
    expect(at('2026-01-01T00:14Z')).toMatchObject({ status: 'held' });
    expect(at('2026-01-01T00:15Z')).toMatchObject({ status: 'lapsed' });
    made.tell({ type: 'CaptureHold', redemptionId: 'X1', points: 200 });
    expect(at('2026-01-02')).toMatchObject({ status: 'captured', points: 200, undone: 0 });
    made.tell({ type: 'UndoRedemption', redemptionId: 'X1', points: 50 });
    expect(at('2026-01-02')).toMatchObject({ status: 'captured', points: 200, undone: 50 });
    made.tell({ type: 'UndoRedemption', redemptionId: 'X1' });
    expect(at('2026-01-02')).toMatchObject({ status: 'undone', points: 200, undone: 200 });
    expect(redemptionView(made.account, 'none', made.now)).toBeUndefined();
  });

  it('the voucher that a reward became', () => {
    const made = new Scenario(
      programme({
        rewards: [
          {
            id: 'five',
            name: { en: 'Five' },
            wallet: 'points',
            cost: 100,
            gives: { kind: 'voucher', amountMinor: 500 },
          },
        ],
      }),
    );
    made.adjust(100, 'gift');
    const aim = { kind: 'reward' as const, rewardId: 'five', storeId: 'S1' };
    made.tell({ type: 'HoldPoints', redemptionId: 'X1', aim });
    const step = told(made, (each) => each.tell({ type: 'CaptureHold', redemptionId: 'X1' }));
    const voucher = made.account.vouchers[0]!;
    expect(redemptionAnswer(step, contextOf(made), 'X1')).toMatchObject({
      status: 'captured',
      voucher: { code: voucher.code, status: 'issued', benefit: { kind: 'voucher', amountMinor: 500 } },
    });
    expect(voucherView(voucher, made.now)).toEqual({
      code: voucher.code,
      benefit: { kind: 'voucher', amountMinor: 500 },
      status: 'issued',
      issuedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: null,
      origin: { kind: 'reward', reference: 'X1' },
    });
  });
});

describe('what people do by hand answers', () => {
  it('an adjustment: the lot it made, or the slices it took', () => {
    const scenario = new Scenario();
    const given = told(scenario, (each) => each.adjust(50, 'A1'));
    const plus = { adjustmentId: 'A1', wallet: 'points', points: 50 };
    expect(adjustmentAnswer(given, contextOf(scenario), plus)).toEqual({
      ...plus,
      lotId: 'A1',
      wallets: [{ code: 'points', available: 50, ...none }],
    });
    const taken = told(scenario, (each) => each.adjust(-20, 'A2'));
    const minus = { adjustmentId: 'A2', wallet: 'points', points: -20 };
    expect(adjustmentAnswer(taken, contextOf(scenario), minus)).toEqual({
      ...minus,
      slices: [{ lotId: 'A1', points: 20 }],
      wallets: [{ code: 'points', available: 30, ...none }],
    });
  });

  it('a conversion: what left and what came', () => {
    const scenario = new Scenario(
      programme({
        wallets: [wallet(), wallet({ code: 'dollars', name: { en: 'Dollars' }, scale: 2 })],
        conversions: [
          { id: 'to-dollars', from: { wallet: 'points', units: 10 }, to: { wallet: 'dollars', units: 100 } },
        ],
      }),
    );
    scenario.adjust(35, 'gift');
    const step = told(scenario, (each) =>
      each.tell({ type: 'ConvertPoints', requestId: 'C1', conversionId: 'to-dollars', times: 3 }),
    );
    expect(conversionAnswer(step, contextOf(scenario), 'to-dollars')).toEqual({
      conversionId: 'to-dollars',
      times: 3,
      from: { wallet: 'points', points: 30, slices: [{ lotId: 'gift', points: 30 }] },
      to: { wallet: 'dollars', points: 300, lotId: 'conversion.C1' },
      wallets: [
        { code: 'points', available: 5, ...none },
        { code: 'dollars', available: 300, ...none },
      ],
    });
  });

  it('an activation: the lots that had waited', () => {
    const scenario = new Scenario(
      programme({ wallets: [wallet({ pending: { mode: 'onAction' }, expiry: { mode: 'after', period: 'P10D' } })] }),
    );
    scenario.buy('P1', 1_000);
    const step = told(scenario.at('2026-01-05'), (each) => each.tell({ type: 'ActivatePoints', wallet: 'points' }));
    expect(activationAnswer(step, contextOf(scenario), 'points')).toEqual({
      wallet: 'points',
      activated: [{ lotId: 'P1.1', expiresAt: '2026-01-15T00:00:00.000Z' }],
      wallets: [{ code: 'points', available: 10, ...none }],
    });
  });
});
