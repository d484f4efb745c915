import type { Submission } from '#libs/platform/http/submission';
import type { Answer } from '#libs/platform/runtime/command-runner';
import type { AccountExecution, AccountOutcome, AccountStreams } from './account-streams';
import type { AccountContext } from './domain/account.commands';
import type { Account } from './domain/account.state';
import type { Told } from './domain/answers';

/** A command for something that has a business key of its own: however often and by whomever it is told, booked once. */
export interface OnceExecution extends Omit<AccountExecution, 'answer' | 'idempotency' | 'meta'> {
  /** The names that its booking takes, the likelier first: one was taken by the append that booked it. */
  readonly claims: readonly string[];
  /** True when the account has it booked. */
  readonly isBooked: (account: Account) => boolean;
  /** The answer to its booking (or to what became of it instead). Pure: the log alone tells it again years later. */
  readonly answer: (told: Told, context: AccountContext) => Answer;
}

/** It was booked while the request was on its way: the first result must be looked up. */
class BookedMeanwhile extends Error {}

/** What is booked already is answered with its first result, found in the log as the append that took its name left it. */
const tellAgain = async (
  streams: AccountStreams,
  { memberId, command, circumstances, claims, isBooked, answer }: OnceExecution,
  { idempotency, meta }: Submission,
): Promise<AccountOutcome> => {
  const replayed = await streams.replayed(idempotency);
  if (replayed !== undefined) return replayed;
  let told: Told | undefined;
  for (const claim of claims)
    if (told === undefined || !isBooked(told.after)) told = await streams.toldWhen(claim, memberId);
  const first = told && answer(told, { ...circumstances, now: told.now }).body;
  const again = (): Answer => ({ status: 200, body: { ...first, duplicate: true } });
  return streams.execute({ memberId, command, circumstances, answer: again, idempotency, meta });
};

/** Books it, or tells the first result again when that has happened already. Other content under its key is refused. */
export const bookOnce = async (
  streams: AccountStreams,
  once: OnceExecution,
  submission: Submission,
): Promise<AccountOutcome> => {
  const { memberId, command, circumstances, isBooked, answer } = once;
  const guard = (account: Account): void => {
    if (isBooked(account)) throw new BookedMeanwhile();
    once.guard?.(account);
  };
  try {
    const { idempotency, meta } = submission;
    return await streams.execute({ memberId, command, circumstances, answer, guard, idempotency, meta });
  } catch (error) {
    if (error instanceof BookedMeanwhile) return tellAgain(streams, once, submission);
    throw error;
  }
};
