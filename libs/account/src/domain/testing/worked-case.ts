import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { programme, Scenario, wallet } from './scenario';

/**
 * A case from another system's public tests or documents, with its id in the collection and its source. Where ours
 * differs on purpose, the name says so.
 */
export interface WorkedCase {
  readonly id: string;
  readonly source: string;
  readonly programme?: Partial<ProgrammeDraft>;
  readonly run: (scenario: Scenario) => void;
  readonly expected: unknown;
  readonly see: (scenario: Scenario) => unknown;
}

/** Points that can be spent. */
export const available = (scenario: Scenario): number => scenario.available();

/** A wallet whose returns take back in proportion and without limit. */
export const proportional = (changes: Partial<ProgrammeDraft['wallets'][number]> = {}) => ({
  wallets: [wallet({ returns: { points: 'proportional' as const, reach: 'unlimited' as const }, ...changes })],
});

/** A wallet whose points pay a bill one for one. */
export const payable = { payWithPoints: { perPoints: 1, amountMinor: 1 } };

/** What the last return took back. */
export const reversed = (scenario: Scenario): number => scenario.last('PointsReversed').points;

/** Plays each case on a fresh account and compares what is seen with what is expected. */
export const playEach = (cases: readonly WorkedCase[]): void =>
  it.each(cases.map((each) => [each.id, each] as const))('%s', (_id, each) => {
    const scenario = new Scenario(programme(each.programme ?? {}));
    each.run(scenario);
    expect(each.see(scenario)).toEqual(each.expected);
  });
