import type { Answer, Outcome } from '#libs/platform/runtime/command-runner';
import { problem, type Problem } from './problem';

/** A reply whose body is JSON text already: sent as it is, never parsed and stringified again. */
export class Ready {
  constructor(
    readonly status: number,
    readonly text: string,
  ) {}
}

/** Which status each of a context's refusals answers: a closed table, so that a new refusal cannot be forgotten. */
export type RefusalStatus<R extends string> = Readonly<Record<R, number>>;

/** Turns a name that another stream holds into a problem, such as 409 `identifier-taken`. */
export type ClaimProblem = (name: string, holder: { readonly streamId: string; readonly revision: number }) => Problem;

const claimTaken: ClaimProblem = () => problem('already-taken', 409, 'Another record holds this name already.');

/** The answer of an accepted command as a reply. Throws the problem of every other outcome. */
export const send = <R extends string>(
  outcome: Outcome<R>,
  refusals: RefusalStatus<R>,
  claim: ClaimProblem = claimTaken,
): Ready => {
  switch (outcome.kind) {
    case 'answered':
      return new Ready(outcome.status, outcome.body);
    case 'refused':
      throw problem(outcome.reason, refusals[outcome.reason], outcome.detail);
    case 'idempotency-mismatch':
      throw problem('idempotency-mismatch', 422, 'This Idempotency-Key was used for another request.');
    case 'claim-taken':
      throw claim(outcome.name, outcome);
  }
};

/** A reply made of an answer that was not stored: reads and secrets. */
export const ready = ({ status, body }: Answer): Ready => new Ready(status, JSON.stringify(body));
