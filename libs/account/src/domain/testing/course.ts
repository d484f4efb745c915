import fc from 'fast-check';
import type { Scenario } from './scenario';

/** What can happen to an account, by chance: some of it will be refused. */
const acts = {
  buy: (scenario: Scenario, amount: number, id: string) => scenario.buy(`P${id}`, amount),
  adjust: (scenario: Scenario, amount: number, id: string) => scenario.adjust((amount % 41) - 20 || 1, `A${id}`),
  pay: (scenario: Scenario, amount: number, id: string) => scenario.pay(`X${id}`, 'max', amount),
  capture: (scenario: Scenario, amount: number) => {
    const hold = scenario.account.holds[amount % Math.max(1, scenario.account.holds.length)];
    if (hold !== undefined) scenario.tell({ type: 'CaptureHold', redemptionId: hold.redemptionId });
  },
  undo: (scenario: Scenario, amount: number) => {
    const hold = scenario.account.holds[amount % Math.max(1, scenario.account.holds.length)];
    if (hold !== undefined) scenario.tell({ type: 'UndoRedemption', redemptionId: hold.redemptionId });
  },
  giveBack: (scenario: Scenario, amount: number, id: string) => {
    const sale = scenario.account.sales[amount % Math.max(1, scenario.account.sales.length)];
    if (sale !== undefined) scenario.giveBack(`R${id}`, sale.purchaseId, amount);
  },
  convert: (scenario: Scenario, _: number, id: string) =>
    scenario.tell({ type: 'ConvertPoints', requestId: `C${id}`, conversionId: 'swap', times: 1 }),
  later: (scenario: Scenario, amount: number) => {
    scenario.now += amount * 3_600_000;
  },
  elsewhere: (scenario: Scenario, amount: number) => {
    Object.assign(scenario, { context: { store: { storeId: amount % 2 === 0 ? 'S1' : 'S2', timeZone: 'UTC' } } });
  },
};

type Step = readonly [act: keyof typeof acts, amount: number];

/** Any course of an account's life: at most 25 steps. Conversions are of the id `swap`, where the programme has it. */
export const courses: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])), fc.integer({ min: 1, max: 4_000 })),
  { maxLength: 25 },
);

/** The scenario after a course. */
export const lived = (scenario: Scenario, course: readonly Step[]): Scenario => {
  course.forEach(([act, amount], index) => void acts[act](scenario, amount, String(index)));
  return scenario;
};
