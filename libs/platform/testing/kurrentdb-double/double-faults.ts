/**
 * What the double does to an append instead of answering it as a server should:
 * - `unanswered`: writes, never answers;
 * - `lost`: neither writes nor answers;
 * - `late`: writes only after the delay, never answers;
 * - `half-closed`: writes, then ends the stream without an answer or an error;
 * - `unavailable`: does not write, fails the call with UNAVAILABLE;
 * - `unavailable-after`: writes, then fails the call with UNAVAILABLE;
 * - `not-leader`: does not write, fails the call and names the leader (itself);
 * - `twice`: writes and answers twice.
 */
export type AppendFault =
  'unanswered' | 'lost' | 'late' | 'half-closed' | 'unavailable' | 'unavailable-after' | 'not-leader' | 'twice';

interface PlannedFault {
  readonly fault: AppendFault;
  readonly concerns: (streamNames: readonly string[]) => boolean;
  left: number;
}

/** The switches by which a test makes the double misbehave. */
export class DoubleFaults {
  /** How long the answer to the question for the server's features takes. */
  featureDelayMs = 0;
  /** How long a `late` append takes. */
  lateMs = 200;
  /** Subscriptions are accepted, but never confirmed and never served. */
  withholdConfirmation = false;
  /** Reads fail with UNAVAILABLE. */
  refuseReads = false;
  /** Reads are never answered. */
  ignoreReads = false;
  private planned: PlannedFault[] = [];

  /** The next `times` appends to a stream whose name begins so go wrong. */
  plan(fault: AppendFault, prefix = '', times = 1): void {
    const concerns = (names: readonly string[]): boolean => names.some((name) => name.startsWith(prefix));
    this.planned.push({ fault, concerns, left: times });
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.planned = [];
    this.featureDelayMs = 0;
    this.withholdConfirmation = false;
    this.refuseReads = false;
    this.ignoreReads = false;
  }

  /** What is to happen to an append to these streams; used up by the question. */
  take(streamNames: readonly string[]): AppendFault | undefined {
    const due = this.planned.find((each) => each.left > 0 && each.concerns(streamNames));
    if (due !== undefined) due.left--;
    return due?.fault;
  }
}
