import type { DomainEvent } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import { streamKind, type StreamAudit, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { accountDecider } from './domain/account.decider';
import { accountEvents, type AccountEvent } from './domain/account.events';
import type { Account } from './domain/account.state';
import { type Flows, flowsAfter, imbalances, lotsOutOfBounds } from './domain/conservation';

/** Counts an account's points from its facts and compares them with what the fold says. */
class ConservationAudit implements StreamAudit {
  private flows: Flows = {};

  take(event: DomainEvent): void {
    this.flows = flowsAfter(this.flows, event as AccountEvent);
  }

  problems(state: unknown, writtenAt: Instant): readonly string[] {
    const account = state as Account;
    return [...imbalances(account, this.flows), ...lotsOutOfBounds(account, writtenAt)];
  }
}

/** Every kind of stream that this context writes. */
export const accountStreams: readonly StreamKind[] = [
  streamKind(accountDecider, accountEvents, { audit: () => new ConservationAudit(), isAnswered: true }),
];
