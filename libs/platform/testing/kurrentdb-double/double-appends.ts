import { status, type ServiceError } from '@grpc/grpc-js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DoubleFaults } from './double-faults';
import type { DoubleLog, ProposedWrite, WriteResult } from './double-log';
import { failure, notLeader } from './double-messages';

/** How an append ends for whoever waits for it. */
export interface AppendEnds {
  readonly answer: (result: WriteResult) => void;
  readonly fail: (error: ServiceError) => void;
  readonly halfClose: () => void;
}

/** Carries out appends, or what the faults make of them. */
export class DoubleAppends {
  /** Its own port, which it names as the leader's. */
  port = 0;

  constructor(
    private readonly log: DoubleLog,
    private readonly faults: DoubleFaults,
  ) {}

  /** Writes, all or nothing, and ends the append as it should or as a fault has it. */
  carryOut(writes: readonly ProposedWrite[], { answer, fail, halfClose }: AppendEnds): void {
    const fault = this.faults.take(writes.map((each) => each.streamName));
    switch (fault) {
      case 'lost':
        return;
      case 'late':
        void sleep(this.faults.lateMs).then(() => this.log.write(writes));
        return;
      case 'unavailable':
        return fail(failure(status.UNAVAILABLE, 'not now'));
      case 'not-leader':
        return fail(notLeader(this.port));
      default:
    }
    const result = this.log.write(writes);
    switch (fault) {
      case 'unanswered':
        return;
      case 'half-closed':
        return halfClose();
      case 'unavailable-after':
        return fail(failure(status.UNAVAILABLE, 'gone'));
      case 'twice':
        answer(result);
        return answer(result);
      case undefined:
        return answer(result);
    }
  }
}
