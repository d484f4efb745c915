import type { Output } from '../terminal/output';
import { count } from '../terminal/words';

/** What can be wrong, as a closed list. */
export type DifferenceKind =
  /** A stream's revisions are not 0, 1, 2 …, or an event is missing. */
  | 'gap'
  /** An event's content does not give its hash. */
  | 'altered-event'
  /** An event is of no known type, no JSON, or does not fit its schema. */
  | 'unreadable-event'
  /** A stream's row says another end than its events. */
  | 'wrong-tip'
  /** The facts cannot be folded, or do not add up to a stored snapshot. */
  | 'wrong-snapshot'
  | 'unfoldable'
  /** Points or debt that the facts do not account for. */
  | 'not-conserved'
  /** A name is claimed without the fact that takes it, or not claimed in spite of it. */
  | 'wrong-claim'
  /** A stored answer speaks of something that its stream does not have. */
  | 'wrong-command'
  /** A data key is missing, or outlives an erasure. */
  | 'wrong-key'
  /** A read model does not hold what the log adds up to. */
  | 'wrong-row'
  /** A read model is not built, or passed a fact over. */
  | 'read-model-incomplete'
  /** Somebody who follows the log stands beyond its end, and would pass over what comes. */
  | 'wrong-checkpoint'
  /** A service has not come to the end of the log in time. */
  | 'behind'
  /** An event is not on its topic. */
  | 'missing-message'
  /** A message says something else than the log, or stands in the wrong partition. */
  | 'wrong-message'
  /** A member's facts came in another order than they have in the log. */
  | 'wrong-order'
  /** What a feed noted of its progress is not so. */
  | 'wrong-feed'
  /** A stream of a feed is held up. */
  | 'held-stream'
  /** What a policy asks for has not happened, or more than once. */
  | 'wrong-effect';

/** Something that is not as the log says it must be. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** The stream, or the table and key. */
  readonly where: string;
  /** One English sentence. */
  readonly what: string;
}

/** Takes differences as they are found. */
export type Report = (difference: Difference) => void;

/** Prints differences, of each kind no more than a few, and counts them all. */
export class Findings {
  private readonly counts = new Map<DifferenceKind, number>();

  constructor(
    private readonly output: Output,
    /** Differences of one kind that are printed. */
    private readonly most = 50,
  ) {}

  readonly report: Report = (difference) => {
    const { kind, where, what } = difference;
    const found = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, found);
    if (found <= this.most) this.output.tell({ event: 'difference', ...difference }, `${kind}  ${where}: ${what}`);
  };

  /** How many were found in all. */
  get total(): number {
    return [...this.counts.values()].reduce((sum, each) => sum + each, 0);
  }

  /** Kinds of which more were found than printed, in words. */
  get unprinted(): readonly string[] {
    return [...this.counts]
      .filter(([, found]) => found > this.most)
      .map(([kind, found]) => `${kind}: ${count(found - this.most)} more`);
  }
}
