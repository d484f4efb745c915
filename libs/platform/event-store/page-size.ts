import type { NewEvent } from './event-store';

/**
 * Bytes of data and meta that fill a page of events. A page ends with the event that goes beyond, however many more were
 * asked for: events have sizes of their own, and a thousand large ones are more than a statement may take, or a heap.
 */
export const pageBytes = 8 * 1024 * 1024;

/** The most bytes that one unit of a text takes in UTF-8. */
const bytesPerUnit = 3;

/** How long the texts of an event are: no more than their bytes, no less than a third of them. */
export const sizeOf = ({ data, meta }: Pick<NewEvent, 'data' | 'meta'>): number => data.length + meta.length;

/** How long the texts of a page of events are. */
export const pageSize = (page: readonly NewEvent[]): number => page.reduce((sum, event) => sum + sizeOf(event), 0);

/** Whether a page of this size that is shorter than was asked for may have been full, so that there may be more. */
export const mayBeFull = (size: number, most = pageBytes): boolean => size * bytesPerUnit > most;

/** A page of what is in memory already, from an index on: at most so many, ending with the one that fills it. */
export const pageFrom = <T>(
  all: readonly T[],
  from: number,
  limit: number,
  sizeOfOne: (one: T) => number,
): readonly T[] => {
  let size = 0;
  const page: T[] = [];
  for (let index = from; index < all.length && page.length < limit && size <= pageBytes; index += 1) {
    const one = all[index] as T;
    size += sizeOfOne(one);
    page.push(one);
  }
  return page;
};
