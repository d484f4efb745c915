import { logStart, type LogPosition } from '#libs/platform/event-store/event-store';
import type { Difference } from '../findings';
import { catchUp, type Follower } from './catch-up';

const at = (position: number, xid = 7): LogPosition => ({ xid, position });

/** Answers the given ones in turn, and the last one for ever. */
const inTurn = <T>(...answers: readonly [T, ...T[]]): (() => Promise<T>) => {
  let asked = 0;
  return () => {
    asked += 1;
    return Promise.resolve(answers[Math.min(asked, answers.length) - 1] ?? answers[0]);
  };
};

const follower = (name: string, ...places: readonly [LogPosition | undefined, ...(LogPosition | undefined)[]]) => ({
  ...{ name, position: inTurn(...places) },
});

const waitingFor = async (followers: readonly Follower[], latest: () => Promise<LogPosition>, waitMs = 60_000) => {
  const found: Difference[] = [];
  const arrived: number[] = [];
  const places = await catchUp({
    ...{ store: { latest }, followers, waitMs },
    report: (each) => found.push(each),
    onProgress: (count) => arrived.push(count),
  });
  return { found, arrived, places: Object.fromEntries(places) };
};

describe('followers that are at the end', () => {
  it('are to be checked up to there, and nothing is said of them', async () => {
    const { found, arrived, places } = await waitingFor(
      [follower('relay', at(9)), follower('policies', at(9))],
      inTurn(at(9)),
    );
    expect(found).toEqual([]);
    expect(arrived).toEqual([2]);
    expect(places).toEqual({ relay: at(9), policies: at(9) });
  });

  it('are checked no further than what was waited for, wherever they have come to meanwhile', async () => {
    const { places } = await waitingFor([follower('relay', at(12)), follower('policies', at(3, 8))], inTurn(at(9)));
    expect(places).toEqual({ relay: at(9), policies: at(9) });
  });

  it('of an empty log are at the end before they have begun', async () => {
    const { found, places } = await waitingFor([follower('relay', undefined)], inTurn(logStart));
    expect([found, places]).toEqual([[], { relay: logStart }]);
  });
});

describe('followers on their way', () => {
  it('are asked again until the last of them has arrived', async () => {
    const { found, arrived, places } = await waitingFor(
      [follower('relay', at(4), at(9)), follower('policies', undefined, at(2), at(9))],
      inTurn(at(9)),
    );
    expect(found).toEqual([]);
    expect(arrived).toEqual([0, 1, 2]);
    expect(places).toEqual({ relay: at(9), policies: at(9) });
  });

  it('are waited for again where the log has grown meanwhile', async () => {
    const { arrived, places } = await waitingFor([follower('relay', at(9), at(9), at(11))], inTurn(at(9), at(11)));
    expect(arrived).toEqual([1, 0, 1]);
    expect(places).toEqual({ relay: at(11) });
  });

  it('are not waited for again for ever where tills are open', async () => {
    let latest = 0;
    const growing = (): Promise<LogPosition> => Promise.resolve(at((latest += 1)));
    const { found, places } = await waitingFor([follower('relay', at(1_000))], growing);
    expect(found).toEqual([]);
    expect(places).toEqual({ relay: at(5) });
    expect(latest).toBe(6);
  });
});

describe('followers that do not arrive in time', () => {
  it('are told, each with where it stands, and are checked up to there', async () => {
    const { found, places } = await waitingFor(
      [follower('relay', at(9)), follower('read-models', at(4)), follower('policies', at(90, 6))],
      inTurn(at(9)),
      -1,
    );
    expect(found).toEqual([
      { kind: 'behind', where: 'read-models', what: 'after 0 s it stands at position 4, the log at 9' },
      { kind: 'behind', where: 'policies', what: 'after 0 s it stands at position 90, the log at 9' },
    ]);
    expect(places).toEqual({ relay: at(9), 'read-models': at(4), policies: at(90, 6) });
  });

  it('may not have begun at all: nothing of them is checked', async () => {
    const { found, places } = await waitingFor([follower('policies', undefined)], inTurn(at(9)), -1);
    expect(found.map(({ what }) => what)).toEqual(['after 0 s it has not begun, the log at 9']);
    expect(places).toEqual({ policies: logStart });
  });

  it('are not waited for once more for what came after the time was up', async () => {
    const { found, places } = await waitingFor([follower('relay', at(9))], inTurn(at(9), at(11)), -1);
    expect([found, places]).toEqual([[], { relay: at(9) }]);
  });
});

it('what keeps a place from being read is passed on', async () => {
  const broken: Follower = { name: 'relay', position: () => Promise.reject(new Error('the database is away')) };
  await expect(waitingFor([broken], inTurn(at(9)))).rejects.toThrow('the database is away');
});
