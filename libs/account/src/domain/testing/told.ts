import type { AccountContext } from '../account.commands';
import type { Told } from '../answers';
import type { Noted } from '../statement';
import type { Scenario } from './scenario';

/** What one step of a scenario told: the account before it, its facts, the account after. Throws when it was refused. */
export const told = (scenario: Scenario, step: (scenario: Scenario) => unknown): Told => {
  const before = scenario.account;
  const count = scenario.events.length;
  const result = step(scenario);
  if (typeof result === 'string') throw new Error(`refused: ${result}`);
  return { before, events: scenario.events.slice(count), after: scenario.account, now: scenario.now };
};

/** A scenario's context for reading. */
export const contextOf = (scenario: Scenario): AccountContext => ({
  now: scenario.now,
  rulebooks: scenario.rulebooks,
  suspended: false,
  voucherCodes: [],
  joinedAt: Date.parse('2026-01-01T00:00:00Z'),
  ...scenario.context,
});

/** The facts so far as a log has them: in order, each recorded when it occurred unless told otherwise. */
export const notedIn = (
  { events }: Scenario,
  recordedAt: (index: number) => number | undefined = () => undefined,
): readonly Noted[] =>
  events.map((event, revision) => ({ event, revision, recordedAt: recordedAt(revision) ?? event.at }));
