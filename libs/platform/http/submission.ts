import type { Caller } from './caller';
import type { Idempotency } from '#libs/platform/runtime/command-runner';

/** What a write brings along besides its body: who asks, under which key, and what is noted with each event. */
export interface Submission {
  readonly caller: Caller;
  readonly idempotency: Idempotency;
  /** Correlation id and acting credential; never personal data. */
  readonly meta: Readonly<Record<string, string>>;
}
