import { pagesOf } from '#libs/platform/testing/event-store.fixtures';
import { logStart, type LogPosition, type ReadEvent } from './event-store';
import { readOn } from './read-on';

const eventAt = (position: number): ReadEvent => ({
  ...{ xid: 1, position, streamId: 'account-1', revision: position, type: 'A', schemaVersion: 1, data: '{}' },
  ...{ meta: '{}', eventId: String(position), occurredAt: 0, recordedAt: 0 },
});

/** A log of so many events, two to a page, that notes from where it was read. */
const logOf = (events: number, failsFrom = Infinity) => {
  const asked: number[] = [];
  const read = ({ position }: LogPosition): Promise<readonly ReadEvent[]> => {
    asked.push(position);
    if (position >= failsFrom) return Promise.reject(new Error('the connection broke'));
    const left = Math.max(0, Math.min(2, events - position));
    return Promise.resolve(Array.from({ length: left }, (_, index) => eventAt(position + index + 1)));
  };
  return { asked, read };
};

it('reads page after page, and ends at the first that is empty', async () => {
  const { asked, read } = logOf(5);
  const pages = await pagesOf(readOn(read, logStart));
  expect(pages.map((page) => page.map(({ position }) => position))).toEqual([[1, 2], [3, 4], [5]]);
  expect(asked).toEqual([0, 2, 4, 5]);
});

it('asks for the next page before it hands one over', async () => {
  const { asked, read } = logOf(5);
  for await (const _ of readOn(read, logStart)) break;
  expect(asked).toEqual([0, 2]);
});

it('hands over what it has before it fails', async () => {
  const { read } = logOf(5, 2);
  const seen: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const page of readOn(read, logStart)) {
      await new Promise(setImmediate);
      seen.push(...page.map(({ position }) => position));
    }
  };
  await expect(reading()).rejects.toThrow('the connection broke');
  expect(seen).toEqual([1, 2]);
});

it('fails at nobody who has stopped reading', async () => {
  const { read } = logOf(5, 2);
  for await (const _ of readOn(read, logStart)) break;
  await new Promise(setImmediate);
});
