import { z } from 'zod';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { accept, refuse } from '#libs/platform/kernel/decider';
import type { Decider } from '#libs/platform/kernel/decider';
import type { Aggregate, Execution } from '#libs/platform/runtime/command-runner';
import type { AnyFactOf, FactOf } from '#libs/platform/runtime/fact';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import type { AnyTimer, Due } from '#libs/platform/runtime/timer';

/** A small aggregate to try the runtime on: a tab that is put on and paid, never below nothing. */
export interface Tab {
  readonly id: string;
  readonly balance: number;
  readonly notes: readonly string[];
}

export type TabEvent =
  | { readonly type: 'TabPut'; readonly at: number; readonly data: { readonly amount: number; readonly note?: string } }
  | { readonly type: 'TabPaid'; readonly at: number; readonly data: { readonly amount: number } };

export type TabCommand =
  | { readonly kind: 'put'; readonly amount: number; readonly note?: string; readonly times?: number }
  | { readonly kind: 'pay'; readonly amount: number }
  | { readonly kind: 'look' };

export type TabRefusal = 'too-much';

export const tabCatalogue = new EventCatalogue([
  eventType('TabPut', z.object({ amount: z.number(), note: z.string().optional() }), [
    (data) => ({ amount: data['cents'] }),
  ]),
  eventType('TabPaid', z.object({ amount: z.number() })),
]);

/** Notes are names that one tab alone may hold. */
export const tabDecider: Decider<TabCommand, Tab, TabEvent, TabRefusal, number> = {
  category: 'tab',
  foldVersion: 1,
  initial: (id) => ({ id, balance: 0, notes: [] }),
  decide: (command, state, at) => {
    if (command.kind === 'look') return accept();
    if (command.kind === 'pay') {
      if (command.amount > state.balance) return refuse('too-much', `Only ${state.balance} is on the tab.`);
      return accept({ type: 'TabPaid', at, data: { amount: command.amount } });
    }
    const { amount, note, times = 1 } = command;
    if (note !== undefined && state.notes.includes(note)) return accept();
    const data = note === undefined ? { amount } : { amount, note };
    return accept(...Array.from({ length: times }, () => ({ type: 'TabPut' as const, at, data })));
  },
  evolve: (state, event) => {
    if (event.type === 'TabPaid') return { ...state, balance: state.balance - event.data.amount };
    const { amount, note } = event.data;
    return {
      ...state,
      balance: state.balance + amount,
      notes: note === undefined ? state.notes : [...state.notes, note],
    };
  },
  claims: (events) =>
    events.flatMap((event) => (event.type === 'TabPut' && event.data.note ? [`note:${event.data.note}`] : [])),
};

export const tabs: Aggregate<TabCommand, Tab, TabEvent, TabRefusal, number> = {
  decider: tabDecider,
  catalogue: tabCatalogue,
};

export type TabExecution = Execution<TabCommand, Tab, TabEvent, TabRefusal, number>;

/** A command on a tab; with a key, it is repeatable. Answers the balance after it. */
export const onTab = (id: string, command: TabCommand, key?: string): TabExecution => ({
  aggregate: tabs,
  id,
  command,
  context: 1_000,
  answer: ({ after, revision, events }) => ({
    status: 201,
    body: { balance: after.balance, revision, facts: events.length },
  }),
  ...(key !== undefined && {
    idempotency: { credential: 'till-1', key, requestHash: JSON.stringify([id, command]) },
  }),
});

/** A command that a policy or timer gives on a tab. */
export interface OnTab {
  readonly tab: string;
  readonly command: TabCommand;
}

/** A policy on tabs. */
export interface TabPolicy extends Pick<AnyPolicy<OnTab>, 'name' | 'from'> {
  readonly on: { readonly [T in TabEvent['type']]?: (fact: FactOf<TabEvent, T>) => readonly OnTab[] };
}

/** A timer on tabs. */
export interface TabTimer extends Pick<AnyTimer<OnTab>, 'name' | 'version' | 'ordinal' | 'whenDue'> {
  readonly keysOf: (fact: AnyFactOf<TabEvent>) => readonly string[];
  readonly on: {
    readonly [T in TabEvent['type']]?: (due: Due | undefined, fact: FactOf<TabEvent, T>, key: string) => Due | null;
  };
}
