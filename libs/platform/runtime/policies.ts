import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Part } from './lifecycle';
import type { LogTail } from './log-tail';
import type { AnyPolicy } from './policy';
import { PolicyRunner } from './policy-runner';
import type { PolicyCounts, PolicyNeeds } from './policy-runner';
import { Subscription } from './subscription';
import type { Progress, SubscriptionSettings } from './subscription';

/** How one policy stands. */
export interface PolicyProgress extends Progress {
  readonly counts: PolicyCounts;
}

/** All policies of a process, each at its own pace: one that is held up holds up no other. */
export class Policies<C> implements Part {
  readonly name = 'policies';
  private readonly running: readonly { readonly runner: PolicyRunner<C>; readonly subscription: Subscription }[];

  constructor(
    policies: readonly AnyPolicy<C>[],
    log: LogTail,
    needs: Omit<PolicyNeeds<C>, 'log'>,
    settings?: SubscriptionSettings,
  ) {
    this.running = policies.map((policy) => {
      const runner = new PolicyRunner(policy, { ...needs, log });
      return { runner, subscription: new Subscription(log, runner, needs.report, settings) };
    });
  }

  start(): void {
    for (const { subscription } of this.running) subscription.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map(({ subscription }) => subscription.stop()));
  }

  /** Resolves once every policy has dealt with everything up to a place in the log. */
  async caughtUp(position: LogPosition): Promise<void> {
    await Promise.all(this.running.map(({ subscription }) => subscription.caughtUp(position)));
  }

  progress(): readonly PolicyProgress[] {
    return this.running.map(({ runner, subscription }) => ({ ...subscription.progress(), counts: runner.counts }));
  }
}
