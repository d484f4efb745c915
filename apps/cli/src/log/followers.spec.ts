import fc from 'fast-check';
import { comparePositions, logStart, type LogPosition, type StoredEvent } from '#libs/platform/event-store/event-store';
import { PlaceFinder, statesOf, unreadOnBus } from './followers';

/** Events at places that are neither next to each other nor in the order of their positions alone. */
const placeAt = (index: number): LogPosition => ({ xid: 10 + 2 * Math.floor(index / 3), position: 100 - index });

const picture = (places: readonly LogPosition[]) => ({
  read: 0,
  async *events(after: LogPosition): AsyncGenerator<readonly StoredEvent[]> {
    const rest = places.filter((place) => comparePositions(place, after) > 0);
    for (let from = 0; from < rest.length; from += 4) {
      const page = rest.slice(from, from + 4);
      this.read += page.length;
      yield await Promise.resolve(page as unknown as readonly StoredEvent[]);
    }
  },
});

const inOrder = (count: number): LogPosition[] =>
  Array.from({ length: count }, (_, index) => placeAt(index)).sort(comparePositions);

const endOf = (places: readonly LogPosition[]) => ({ events: places.length, place: places.at(-1) ?? logStart });

it('counts the events up to where each follower is, and finds the same events elsewhere', () =>
  fc.assert(
    fc.asyncProperty(fc.nat({ max: 12 }), fc.array(fc.nat({ max: 14 }), { maxLength: 4 }), async (count, reached) => {
      const [here, there] = [inOrder(count), Array.from({ length: count }, (_, n) => ({ xid: 7, position: n + 1 }))];
      const followers = reached.map((events, index) => ({
        name: `policy:${index}`,
        place: events === 0 ? logStart : (here[events - 1] ?? { xid: 99, position: 0 }),
      }));
      const states = await statesOf(followers, picture(here), endOf(here));
      expect(states).toEqual(
        reached.map((events, index) => ({ name: `policy:${index}`, events: Math.min(events, count) })),
      );
      const finder = new PlaceFinder(states);
      there.forEach((place, index) => finder.pass(index + 1, place));
      expect(finder.found()).toEqual(
        states.map(({ name, events }) => ({ name, place: events === 0 ? logStart : there[events - 1] })),
      );
    }),
  ));

it('counts a follower between two events as at the first of them', async () => {
  const here = [
    { xid: 10, position: 1 },
    { xid: 20, position: 2 },
  ];
  const follower = { name: 'relay', place: { xid: 15, position: 900 } };
  expect(await statesOf([follower], picture(here), endOf(here))).toEqual([{ name: 'relay', events: 1 }]);
});

it('reads nothing for followers that are at the end or have not begun', async () => {
  const here = inOrder(9);
  const source = picture(here);
  const followers = [
    { name: 'policy:a', place: here.at(-1) ?? logStart },
    { name: 'policy:b', place: { xid: 1_000, position: 0 } },
    { name: 'relay', place: logStart },
  ];
  const states = await statesOf(followers, source, endOf(here));
  expect(states.map(({ events }) => events)).toEqual([9, 9, 0]);
  expect(source.read).toBe(0);
});

it('reads no further than the last follower that is behind', async () => {
  const here = inOrder(12);
  const source = picture(here);
  await statesOf([{ name: 'relay', place: here[2] ?? logStart }], source, endOf(here));
  expect(source.read).toBe(4);
});

it('does not invent a place for a follower beyond the end', () => {
  const finder = new PlaceFinder([{ name: 'relay', events: 5 }]);
  finder.pass(4, { xid: 1, position: 1 });
  expect(() => finder.found()).toThrow('relay is beyond the end of the log.');
});

describe('what is unread on the bus', () => {
  const relay = { name: 'relay', events: 10 };
  it.each<[string, readonly { name: string; events: number }[], readonly string[]]>([
    ['nothing without a bus', [{ name: 'policy:a', events: 3 }], []],
    ['nothing when all was taken in', [relay, { name: 'feed:f/t/0', events: 10 }], []],
    ['nothing when a policy alone is behind', [relay, { name: 'policy:a', events: 3 }], []],
    [
      'nothing when the relay itself is behind',
      [
        { ...relay, events: 4 },
        { name: 'feed:f/t/0', events: 4 },
      ],
      [],
    ],
    [
      'each share that is behind',
      [relay, { name: 'feed:f/t/0', events: 8 }, { name: 'feed:f/t/1', events: 0 }],
      ['f/t/0: 2 events', 'f/t/1: 10 events'],
    ],
  ])('%s', (_, states, unread) => expect(unreadOnBus(states)).toEqual(unread));
});
