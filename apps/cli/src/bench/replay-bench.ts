import { catalogue, projections, streamKinds } from '#libs/composition/contexts';
import { streamOf, type DomainEvent } from '#libs/platform/kernel/decider';
import type { EventStore, LoadedStream } from '#libs/platform/event-store/event-store';
import { rebuild } from '#libs/platform/read-models/rebuild';
import { decodeEvent } from '#libs/platform/runtime/event-codec';
import { inSlices } from '#libs/platform/runtime/in-slices';
import type { StreamKind } from '#libs/platform/runtime/stream-kind';
import type { DataSource } from 'typeorm';
import { median } from './statistics';
import type { TicketMill } from './ticket-mill';
import { expectSame } from './wrong-result';

/** What is replayed: a log that tickets of a mill have filled. */
export interface ReplayGround {
  readonly store: EventStore;
  readonly source: DataSource;
  readonly mill: TicketMill;
  readonly members: readonly string[];
}

/** What replaying came to, events per second. */
export interface ReplayFigures {
  /** In the log. */
  readonly events: number;
  /** Of accounts. */
  readonly accountEvents: number;
  readonly foldPerSecond: number;
  readonly rebuildPerSecond: number;
}

const accountsAtOnce = 200;

const accountKind = (): StreamKind => {
  const kind = streamKinds.find(({ category }) => category === 'account');
  if (kind === undefined) throw new Error('There are no accounts.');
  return kind;
};

interface Lots {
  readonly lots: readonly { readonly wallet: string; readonly remaining: number }[];
}

const pointsIn = (account: unknown): number =>
  (account as Lots).lots.reduce((sum, lot) => (lot.wallet === 'points' ? sum + lot.remaining : sum), 0);

/**
 * Every account, loaded as whoever decides on it loads it, without the snapshots, as after a change of the fold; and
 * folded. Answers how many events went into them.
 */
const foldAccounts = async ({ store, members, mill }: ReplayGround): Promise<number> => {
  const kind = accountKind();
  const load = (from: number): Promise<readonly LoadedStream[]> => {
    const some = members.slice(from, from + accountsAtOnce);
    const loaded = Promise.all(some.map((id) => store.load(streamOf(kind.category, id), kind.foldVersion + 1)));
    // Awaited once those before have been folded; until then a failure must not count as unhandled.
    loaded.catch(() => undefined);
    return loaded;
  };
  let events = 0;
  let next = load(0);
  for (let from = 0; from < members.length; from += accountsAtOnce) {
    const loaded = await next;
    next = load(from + accountsAtOnce);
    const folded = loaded.map(({ tail }, index) => ({ id: members[from + index] ?? '', tail }));
    await inSlices(folded, ({ id, tail }) => {
      const facts = tail.map((stored) => decodeEvent<DomainEvent>(catalogue, stored));
      const account = facts.reduce((state, fact) => kind.evolve(state, fact), kind.initial(id));
      expectSame(`points of ${id}`, pointsIn(account), mill.pointsOf(id));
      events += facts.length;
    });
  }
  return events;
};

const checkRows = async ({ source, mill, members }: ReplayGround): Promise<void> => {
  const rows = await source.query<{ id: string; points: number }[]>(
    `SELECT member_id AS id, (wallets -> 'points' ->> 'points')::float8 AS points FROM read.account_overview`,
  );
  expectSame('accounts in the read model', rows.length, members.length);
  for (const { id, points } of rows) expectSame(`points of ${id} in the read model`, points, mill.pointsOf(id));
};

const timed = async <T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> => {
  const startedAt = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - startedAt) / 1000 };
};

/** Folds all accounts in memory, and builds all read models, so many times; medians. */
export const benchReplay = async (ground: ReplayGround, rounds: number): Promise<ReplayFigures> => {
  const { store, source } = ground;
  const folds: number[] = [];
  const rebuilds: number[] = [];
  let [events, accountEvents] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const fold = await timed(() => foldAccounts(ground));
    accountEvents = fold.result;
    folds.push(accountEvents / fold.seconds);
    const built = await timed(() => rebuild({ source, store, catalogue }, projections));
    expectSame('facts that read models passed over', built.result.parked, 0);
    events = built.result.facts;
    await checkRows(ground);
    rebuilds.push(events / built.seconds);
  }
  return { events, accountEvents, foldPerSecond: median(folds), rebuildPerSecond: median(rebuilds) };
};
