import type { LogPosition, ReadEvent } from './event-store';

/** Asks for page after page, each from where the one before ended, up to the first that is empty. */
export const readOn = async function* (
  read: (after: LogPosition) => Promise<readonly ReadEvent[]>,
  after: LogPosition,
): AsyncIterable<readonly ReadEvent[]> {
  for (let page = await read(after); ;) {
    const last = page.at(-1);
    if (last === undefined) return;
    const next = read(last);
    // Awaited once this page has been worked through; until then a failure must not count as unhandled.
    next.catch(() => undefined);
    yield page;
    page = await next;
  }
};
