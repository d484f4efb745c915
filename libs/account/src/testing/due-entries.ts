import type { Instant } from '#libs/platform/kernel/instant';
import type { AccountEvent } from '../domain/account.events';
import type { Scenario } from '../domain/testing/scenario';
import { settleAccounts } from '../policies/settle-accounts.timer';

type Handler = (due: { dueAt: Instant } | undefined, fact: object, key: string) => { dueAt: Instant } | null;
const handlers: Readonly<Record<string, Handler | undefined>> = settleAccounts.on as never;

/** When the account is to be settled after these facts, each recorded when it occurred: by key, the earliest first. */
export const dueEntries = (events: readonly AccountEvent[]): readonly (readonly [key: string, dueAt: Instant])[] => {
  const list = new Map<string, Instant>();
  for (const event of events) {
    const fact = { ...event, streamId: 'account-M1', recordedAt: event.at };
    for (const key of settleAccounts.keysOf(fact)) {
      const before = list.get(key);
      const due = handlers[event.type]?.(before === undefined ? undefined : { dueAt: before }, fact, key);
      if (due === null || due === undefined) list.delete(key);
      else list.set(key, due.dueAt);
    }
  }
  return [...list].sort(([, a], [, b]) => a - b);
};

/** Lets time pass until an instant for a member whom nobody looks at: only the timer settles the account, when it is due. */
export const passTime = (scenario: Scenario, until: Instant): void => {
  const ran = new Set<string>();
  for (;;) {
    const next = dueEntries(scenario.events).find(([key, dueAt]) => dueAt <= until && !ran.has(`${key}@${dueAt}`));
    if (next === undefined) break;
    ran.add(next.join('@'));
    scenario.now = Math.max(scenario.now, next[1]);
    scenario.tell({ type: 'SettleAccount' });
  }
  scenario.now = Math.max(scenario.now, until);
};
