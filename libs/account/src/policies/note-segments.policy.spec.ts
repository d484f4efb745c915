import { segmentWord } from '../domain/words';
import { noteSegments } from './note-segments.policy';

const data = segmentWord.parse({ memberId: 'M1', segment: 'lapsing' });

describe('whenever a member enters or leaves a segment', () => {
  it.each([
    ['SegmentEntered', true],
    ['SegmentLeft', false],
  ] as const)('%s is noted on the account', (word, inside) =>
    expect(noteSegments.on[word]({ at: 7_000, streamId: 'campaign-K1', data })).toEqual([
      {
        type: 'NoteMemberSegment',
        memberId: 'M1',
        segment: { type: 'NoteSegment', segment: 'lapsing', inside, since: 7_000 },
      },
    ]),
  );

  it("the account's own facts of that name are not news", () => {
    expect(noteSegments.on.SegmentEntered({ at: 7_000, streamId: 'account-M1', data })).toEqual([]);
    expect(noteSegments.on.SegmentLeft({ at: 7_000, streamId: 'account-M1', data })).toEqual([]);
  });
});
