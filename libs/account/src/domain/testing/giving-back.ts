import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { programme, Scenario, wallet } from './scenario';

/** How a wallet takes points back. */
export type Mode = 'proportional' | 'line' | 'reevaluate';

/** Each of them. */
export const modes: readonly Mode[] = ['proportional', 'line', 'reevaluate'];

/** An account whose points are taken back in a mode, however many are left. */
export const under = (points: Mode, draft: Partial<ProgrammeDraft> = {}): Scenario =>
  new Scenario(programme({ wallets: [wallet({ returns: { points, reach: 'unlimited' } })], ...draft }));

/** Units of lines that come back: line number and quantity. */
export const units = (...lines: readonly (readonly [number, number])[]) => ({
  kind: 'lines' as const,
  lines: lines.map(([lineNo, quantity]) => ({ lineNo, quantity })),
});
