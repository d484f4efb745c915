import { logStart } from '#libs/platform/event-store/event-store';
import { beginningOf, markOf, standingOf, type OffsetMessage } from './topic-mark';

const message = (offset: number, text = `m${offset}`): OffsetMessage => ({
  offset: String(offset),
  value: Buffer.from(text),
});
const stateAfter = (last: OffsetMessage) => ({
  ...{ nextOffset: Number(last.offset) + 1, epoch: 0, place: logStart },
  mark: markOf(last),
});

describe('where to read on', () => {
  it('is at the last message that was dealt with, where it is known what that was', () =>
    expect(beginningOf(stateAfter(message(6)))).toBe(6));

  it('is after it where that is not known, or only of an earlier one', () => {
    expect(beginningOf({ nextOffset: 7, epoch: 0, place: logStart })).toBe(7);
    expect(beginningOf({ ...stateAfter(message(6)), nextOffset: 17 })).toBe(17);
  });
});

describe('a topic', () => {
  const state = stateAfter(message(6));

  it('is proven the same by the last message', () =>
    expect(standingOf(state, [message(5), message(6), message(7)], 8)).toBe('proven'));

  it('is another when something else stands there, or nothing', () => {
    expect(standingOf(state, [message(5), message(6, 'other'), message(7)], 8)).toBe('another');
    expect(standingOf(state, [{ offset: '6', value: null }], 8)).toBe('another');
  });

  it('is too short when it ends before', () => expect(standingOf(state, [message(0)], 6)).toBe('short'));

  it('is taken for the same while nothing speaks against it', () => {
    expect(standingOf(state, [message(7), message(8)], 9)).toBe('same');
    expect(standingOf(state, [message(1)], 7)).toBe('same');
    expect(standingOf({ ...state, nextOffset: 9 }, [message(6, 'other'), message(8)], 9)).toBe('same');
  });
});
