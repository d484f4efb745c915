import { hash } from 'node:crypto';
import type { IncomingMessage } from './arrival';
import type { ShareState } from './feed-store';

/** A message of a topic. */
export interface OffsetMessage extends IncomingMessage {
  readonly offset: string;
}

/**
 * What stands at an offset, in short. A topic that was made anew, or is another cluster's, has something else there;
 * or the same after the same, and then it makes no difference which it is.
 */
export const markOf = ({ offset, value }: OffsetMessage): string =>
  `${offset}:${hash('sha1', value ?? '', 'hex').slice(0, 16)}`;

/**
 * Where to read on. From one message earlier where it is known what that was: it proves that the topic is the same. An
 * older program moves on without a mark, so that one may speak of another message.
 */
export const beginningOf = ({ nextOffset, mark }: ShareState): number =>
  mark?.startsWith(`${nextOffset - 1}:`) === true ? nextOffset - 1 : nextOffset;

/** How a topic stands to what has been dealt with of it. */
export type Standing =
  /** It goes on after what we had, as far as can be told. */
  | 'same'
  /** It does, and shows what we had last. */
  | 'proven'
  /** It ended before that when these messages were fetched. Others may have gone on meanwhile: not so if it stays that way. */
  | 'short'
  /** It is not the topic that we had our messages from. */
  | 'another';

/** Judges a topic by messages of it in a row, and by the offset that its next message will have. Pure. */
export const standingOf = (state: ShareState, messages: readonly OffsetMessage[], end: number): Standing => {
  const last = state.nextOffset - 1;
  const shown = beginningOf(state) === last ? messages.find(({ offset }) => Number(offset) === last) : undefined;
  if (shown !== undefined) return markOf(shown) === state.mark ? 'proven' : 'another';
  return end < state.nextOffset ? 'short' : 'same';
};

/** Why messages do not tell all that the log holds: the topic has dropped some, or is not the one that was read before. */
export type FellOff = 'too-late' | 'another-topic';

/** What to do with messages. */
export interface Judged {
  /** Those that were not dealt with, as far as offsets tell. */
  readonly fresh: readonly OffsetMessage[];
  readonly fellOff?: FellOff;
  /** Before that is believed, the topic is to be read from here. */
  readonly seek?: number;
  readonly standing: Standing;
}

/** Judges messages of a topic; while there are doubts only its last message proves it the same. Pure. */
export const judged = (state: ShareState, messages: readonly OffsetMessage[], end: number, doubts: boolean): Judged => {
  const standing = standingOf(state, messages, end);
  if (standing === 'another') return { standing, fresh: messages, fellOff: 'another-topic' };
  if (standing === 'short') return { standing, fresh: messages, fellOff: 'another-topic', seek: beginningOf(state) };
  const fresh = messages.filter(({ offset }) => Number(offset) >= state.nextOffset);
  const from = doubts && standing === 'same' ? beginningOf(state) : state.nextOffset;
  const isLate = fresh[0] !== undefined && Number(fresh[0].offset) > from;
  return isLate ? { standing, fresh, fellOff: 'too-late', seek: from } : { standing, fresh };
};
