import type { DomainEvent } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';

/**
 * The order in which things due at the same instant happen: 1 activation, 2 automatic conversion, 3 end of a tier
 * period, 4 expiry, 5 balance-based tier. Recorded with every event that time alone brought about.
 */
export type Ordinal = 1 | 2 | 3 | 4 | 5;

/** An event type of the account: its name and its data. */
export interface Fact<Type extends string, Data extends object> extends DomainEvent {
  readonly type: Type;
  readonly at: Instant;
  readonly data: Data;
}
