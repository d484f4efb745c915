import { fixed, line, occasion, perAmount, purchase, rule, type RuleDraft, times } from './programmes';
import type { ProgrammeDraft } from '../domain/document/document';
import type { Occasion, Standing } from '../domain/occasion';

/**
 * Cases worked out in the public tests and documents of other systems: OL Open Loyalty, SY Setono's loyalty plugin for
 * Sylius, OD Odoo, and Square. Each row is named by its number and source.
 */
export interface WorkedCase {
  readonly rules: readonly RuleDraft[];
  readonly event: Occasion;
  readonly expected: number;
  readonly programme?: Partial<ProgrammeDraft>;
  readonly member?: Partial<Standing>;
}

const basketT = purchase([
  line(1, 1200, { sku: '123', labels: ['color=red'] }),
  line(2, 10_000, { sku: '000', labels: ['color=blue'] }),
  line(3, 4000, { sku: '0001' }),
]);
const spend4 = (lines?: NonNullable<RuleDraft['when']>['lines']) =>
  rule('spend', perAmount(4), lines === undefined ? {} : { when: { lines } });
const withoutDelivery = { earning: { deliverySkus: ['0001'] } };

const threeLines = [line(1, 300), line(2, 2000), line(3, 2000, { sku: 'SKU123' })];
const tenths = { wallets: [{ code: 'points', name: { en: 'Points' }, scale: 1 }] };
const doubled = rule('double', times(2), { when: { lines: { skus: ['SKU123'] } } });
const at2point3 = [rule('spend', perAmount(23, 1000))];
/** In a wallet of scale 1 the unit is a tenth of a point. */
const at23Tenths = [rule('spend', perAmount(23, 100))];
const inStore = { when: { stores: ['S1'] } };
const event = (type: string) => occasion(`activity:${type}`);
const whenDone = (type: string) => ({ on: [`activity:${type}` as const] });

/** Cases of Open Loyalty: `OloyEarningRuleEvaluatorTest`, `ApplyingEarningRulesTest`, `TransactionTest`. */
export const openLoyaltyCases: Readonly<Record<string, WorkedCase>> = {
  'A1 OL: spend ×4': { rules: [spend4()], event: basketT, expected: 608 },
  'A2 OL: spend ×4, exclude SKU 000': { rules: [spend4({ excludeSkus: ['000'] })], event: basketT, expected: 208 },
  'A3 OL: spend ×4, exclude label red': {
    rules: [spend4({ excludeLabels: ['color=red'] })],
    event: basketT,
    expected: 560,
  },
  'A4 OL: spend ×4, include label red, exclude label blue': {
    rules: [spend4({ labels: ['color=red'], excludeLabels: ['color=blue'] })],
    event: basketT,
    expected: 48,
  },
  'A5 OL: spend ×4, exclude red, exclude delivery': {
    rules: [spend4({ excludeLabels: ['color=red'] })],
    event: basketT,
    programme: withoutDelivery,
    expected: 400,
  },
  'A6 OL: fixed 200 for SKU 000': {
    rules: [rule('product', fixed(200), { when: { lines: { skus: ['000'] } } })],
    event: basketT,
    expected: 200,
  },
  'A7 OL: spend ×10 and spend ×4, summed': {
    rules: [rule('ten', perAmount(10)), spend4()],
    event: basketT,
    programme: { earning: { combine: { base: 'sum' } } },
    expected: 2128,
  },
  'A8 OL: spend ×4 and fixed 100 for SKU 123': {
    rules: [spend4(), rule('product', fixed(100), { phase: 'bonus', when: { lines: { skus: ['123'] } } })],
    event: basketT,
    expected: 708,
  },
  'A9 OL: account created 200': {
    rules: [rule('joined', fixed(200), { when: { on: ['enrolment'] } })],
    event: occasion('enrolment'),
    expected: 200,
  },
  'A10 OL: first purchase 56': {
    rules: [rule('first', fixed(56), { when: { firstPurchase: true } })],
    event: basketT,
    member: { firstPurchase: true },
    expected: 56,
  },
  'B1 OL: spend 2.3, ×2 on SKU123, scale 1': {
    rules: [...at23Tenths, doubled],
    event: purchase(threeLines),
    programme: tenths,
    expected: 1449,
  },
  'B1 OL: spend 2.3, ×2 on SKU123, scale 0 and floor': {
    rules: [...at2point3, doubled],
    event: purchase(threeLines),
    expected: 144,
  },
  'B2 OL: spend 2.3 at a store of its own rules, scale 1': {
    rules: at23Tenths.map((each) => ({ ...each, ...inStore })),
    event: purchase(threeLines),
    programme: tenths,
    expected: 989,
  },
  'B2 OL: spend 2.3 at a store of its own rules, scale 0': {
    rules: at2point3.map((each) => ({ ...each, ...inStore })),
    event: purchase(threeLines),
    expected: 98,
  },
  'B2 OL: and nothing at another store': {
    rules: at2point3.map((each) => ({ ...each, when: { stores: ['S2'] } })),
    event: purchase(threeLines),
    expected: 0,
  },
  'B3 OL: an event limited to a store': {
    rules: [rule('event', fixed(88), { when: { ...whenDone('event'), stores: ['S1'] } })],
    event: event('event'),
    expected: 88,
  },
  'B4 OL: an event of the member': {
    rules: [rule('like', fixed(100), { when: whenDone('facebook_like') })],
    event: event('facebook_like'),
    expected: 100,
  },
  'B5 OL: spend ×100 for a segment': {
    rules: [rule('spend', perAmount(100), { when: { segments: ['vip'] } })],
    event: purchase([line(1, 10_000)]),
    member: { segments: ['vip'] },
    expected: 10_000,
  },
  'B21 OL: gross 110 with delivery': {
    rules: [rule('spend', perAmount(1))],
    event: purchase([line(1, 10_000), line(2, 1000, { sku: '0001' })]),
    expected: 110,
  },
  'B21 OL: gross 110 without delivery': {
    rules: [rule('spend', perAmount(1))],
    event: purchase([line(1, 10_000), line(2, 1000, { sku: '0001' })]),
    programme: withoutDelivery,
    expected: 100,
  },
};
