import { categoryOf } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { NoteSegment } from '../domain/account.commands';
import type { SegmentWord } from '../domain/words';

/** Note on a member's account that the member entered or left a segment. */
export interface NoteMemberSegment {
  readonly type: 'NoteMemberSegment';
  readonly memberId: string;
  readonly segment: NoteSegment;
}

/** A word about a segment, with where and when it was said. */
interface Said {
  readonly at: Instant;
  readonly streamId: string;
  readonly data: SegmentWord;
}

/** The account's own facts have the same names, since they repeat what was said downstream; they are not news. */
const noted =
  (inside: boolean) =>
  ({ at, streamId, data: { memberId, segment } }: Said): readonly NoteMemberSegment[] =>
    categoryOf(streamId) === 'account'
      ? []
      : [{ type: 'NoteMemberSegment', memberId, segment: { type: 'NoteSegment', segment, inside, since: at } }];

/** Whenever a context downstream says that a member entered or left a segment, the member's account notes it. */
export const noteSegments = {
  name: 'note-segments',
  on: { SegmentEntered: noted(true), SegmentLeft: noted(false) },
} as const;
