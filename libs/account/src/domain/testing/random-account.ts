import fc from 'fast-check';
import type { Rulebooks } from '#libs/programme/src/contract';
import { unpackedSale } from '../packed-sale';
import { line, programme, rule, Scenario, wallet } from './scenario';

/** One thing that happens to an account, and how many hours after the one before. */
export interface Step {
  readonly hours: number;
  readonly act: (scenario: Scenario, index: number) => void;
  readonly label: string;
}

/** A programme in which everything can happen: pending, expiry, limits, two wallets, tiers, pay with points, vouchers. */
export const eventful = (): Rulebooks =>
  programme({
    wallets: [
      wallet({
        pending: { mode: 'after', period: 'P1D' },
        expiry: { mode: 'after', period: 'P20D' },
        returns: { points: 'reevaluate', reach: 'unlimited' },
        undo: { expiredSlices: 'grace', grace: 'P2D' },
        payWithPoints: { perPoints: 10, amountMinor: 10, minPoints: 10, stepPoints: 5 },
      }),
      wallet({ code: 'stamps', expiry: { mode: 'never' }, returns: { points: 'line', reach: 'withinBalance' } }),
      wallet({ code: 'dollars', scale: 2, expiry: { mode: 'after', period: 'P30D', roundUp: 'month' } }),
    ],
    earningRules: [
      rule({ limits: [{ id: 'daily', per: 'day', points: 120 }] }),
      rule({ id: 'stamp', wallet: 'stamps', phase: 'bonus', award: { kind: 'perUnit', points: 1 } }),
      rule({
        id: 'big',
        phase: 'bonus',
        when: { minTicketMinor: 9_000 },
        award: { kind: 'fixed', points: 25 },
      }),
      rule({ id: 'gold', phase: 'multiply', when: { tiers: ['gold'] }, award: { kind: 'multiplier', num: 3, den: 2 } }),
      rule({ id: 'visit', phase: 'bonus', when: { on: ['visit'] }, award: { kind: 'fixed', points: 7 } }),
    ],
    conversions: [
      { id: 'auto', from: { wallet: 'stamps', units: 10 }, to: { wallet: 'dollars', units: 500 }, mode: 'automatic' },
    ],
    tiers: {
      metric: 'netSpend',
      window: { kind: 'rolling', period: 'P15D' },
      levels: [
        { code: 'member', min: 0 },
        { code: 'gold', min: 20_000 },
      ],
    },
    rewards: [
      {
        id: 'five',
        name: { en: 'Five off', zh: '五元' },
        wallet: 'points',
        cost: 50,
        gives: { kind: 'voucher', amountMinor: 500, validFor: 'P5D' },
      },
    ],
  });

const any = <T>(items: readonly T[], pick: number, act: (item: T) => void): void => {
  const item = items[pick % Math.max(1, items.length)];
  if (item !== undefined) act(item);
};

const buying = fc
  .record({
    minors: fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 3 }),
    units: fc.integer({ min: 1, max: 4 }),
    hoursLate: fc.constantFrom(0, 0, 0, 5, 60),
    redeem: fc.boolean(),
  })
  .map(({ minors, units, hoursLate, redeem }) => ({
    label: `buy ${minors.join('+')} × ${units}, ${hoursLate} h late${redeem ? ', redeeming' : ''}`,
    act: (scenario: Scenario, index: number): void => {
      const held = scenario.account.holds.filter((hold) => hold.status === 'held' && hold.purchaseId === undefined);
      scenario.buy(
        `T${index}`,
        minors.map((minor, place) => line(place + 1, minor, { quantity: units })),
        {
          occurredAt: scenario.now - hoursLate * 3_600_000,
          redemptionIds: redeem ? held.slice(0, 1).map((hold) => hold.redemptionId) : [],
        },
      );
    },
  }));

const returning = fc
  .record({ pick: fc.nat(), share: fc.integer({ min: 1, max: 10 }), byUnit: fc.boolean() })
  .map(({ pick, share, byUnit }) => ({
    label: `return ${byUnit ? 'a unit' : `${share}/10`} of sale ${pick}`,
    act: (scenario: Scenario, index: number): void =>
      any(scenario.account.sales, pick, (packed) => {
        const sale = unpackedSale(packed);
        const worth = sale.ticket.lines.reduce((sum, each) => sum + each.grossMinor, 0);
        const goods = byUnit
          ? { kind: 'lines' as const, lines: [{ lineNo: 1, quantity: 1 }] }
          : Math.max(1, Math.floor((worth * share) / 10));
        scenario.giveBack(`R${index}`, sale.purchaseId, goods);
      }),
  }));

const redeeming = fc
  .record({ points: fc.constantFrom(10, 25, 50, 'max' as const), reward: fc.boolean() })
  .map(({ points, reward }) => ({
    label: reward ? 'hold a reward' : `hold ${points}`,
    act: (scenario: Scenario, index: number): void => {
      const aim = { kind: 'reward', rewardId: 'five', storeId: 'S1' } as const;
      if (reward) scenario.tell({ type: 'HoldPoints', redemptionId: `P${index}`, aim });
      else scenario.pay(`P${index}`, points);
    },
  }));

const following = fc
  .record({
    type: fc.constantFrom('CaptureHold' as const, 'VoidHold' as const, 'UndoRedemption' as const),
    pick: fc.nat(),
    points: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  })
  .map(({ type, pick, points }) => ({
    label: `${type} ${pick} ${points ?? ''}`,
    act: (scenario: Scenario): void =>
      any(scenario.account.holds, pick, ({ redemptionId }) => {
        if (type === 'VoidHold') scenario.tell({ type, redemptionId });
        else scenario.tell({ type, redemptionId, ...(points === undefined ? {} : { points }) });
      }),
  }));

const others = fc.constantFrom<readonly [string, (scenario: Scenario, index: number) => void]>(
  ['give 40', (scenario, index) => void scenario.adjust(40, `A${index}`)],
  ['take 15', (scenario, index) => void scenario.adjust(-15, `A${index}`)],
  [
    'visit',
    (scenario, index) =>
      void scenario.tell({ type: 'RecordVisit', visitId: `V${index}`, occurredAt: scenario.now, kind: 'walk-in' }),
  ],
);

const act = fc.oneof(
  { weight: 5, arbitrary: buying },
  { weight: 3, arbitrary: returning },
  { weight: 2, arbitrary: redeeming },
  { weight: 2, arbitrary: following },
  { weight: 1, arbitrary: others.map(([label, run]) => ({ label, act: run })) },
);

/** A life of an account: up to 25 things, hours to weeks apart. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc
    .tuple(fc.constantFrom(0, 0, 1, 7, 30, 100, 300), act)
    .map(([hours, { label, act: run }]) => ({ hours, label, act: run })),
  { minLength: 1, maxLength: 25 },
);

/** Lets the steps happen to a fresh account; `between` is called before each of them. */
export const live = (life: readonly Step[], between: (scenario: Scenario) => void = () => undefined): Scenario => {
  const scenario = new Scenario(eventful());
  life.forEach((step, index) => {
    scenario.now += step.hours * 3_600_000;
    between(scenario);
    step.act(scenario, index);
  });
  return scenario;
};
