import { catalogue, projections, streamKinds } from '#libs/composition/contexts';
import { idOf, streamOf, type DomainEvent } from '#libs/platform/kernel/decider';
import { logStart, type EventStore } from '#libs/platform/event-store/event-store';
import { rebuild } from '#libs/platform/read-models/rebuild';
import { decodeEvent } from '#libs/platform/runtime/event-codec';
import { inSlices } from '#libs/platform/runtime/in-slices';
import type { DataSource } from 'typeorm';
import { median } from './statistics';
import type { TicketMill } from './ticket-mill';
import { expectSame, WrongResult } from './wrong-result';

/** What is replayed: a log that tickets of a mill have filled. */
export interface ReplayGround {
  readonly store: EventStore;
  readonly source: DataSource;
  readonly mill: TicketMill;
  readonly members: readonly string[];
}

/** What replaying came to, events per second. */
export interface ReplayFigures {
  readonly events: number;
  readonly foldPerSecond: number;
  readonly rebuildPerSecond: number;
}

/** Small pages: what was read dies young, before the garbage collector has moved it twice. */
const eventsAtOnce = 1_500;

/** Every account there is, folded from the log. */
const foldAccounts = async (store: EventStore): Promise<{ events: number; accounts: Map<string, unknown> }> => {
  const kind = streamKinds.find(({ category }) => category === 'account');
  if (kind === undefined) throw new Error('There are no accounts.');
  const prefix = streamOf(kind.category, '');
  const accounts = new Map<string, unknown>();
  let events = 0;
  for await (const page of store.pages(logStart, eventsAtOnce)) {
    await inSlices(page, (stored) => {
      const { streamId } = stored;
      if (!streamId.startsWith(prefix)) return;
      const event = decodeEvent<DomainEvent>(catalogue, stored);
      accounts.set(streamId, kind.evolve(accounts.get(streamId) ?? kind.initial(idOf(streamId)), event));
    });
    events += page.length;
  }
  return { events, accounts };
};

interface Lots {
  readonly lots: readonly { readonly wallet: string; readonly remaining: number }[];
}

const pointsIn = (account: unknown): number =>
  (account as Lots).lots.reduce((sum, lot) => (lot.wallet === 'points' ? sum + lot.remaining : sum), 0);

const checkAccounts = (accounts: ReadonlyMap<string, unknown>, { mill, members }: ReplayGround): void => {
  for (const memberId of members) {
    const account = accounts.get(streamOf('account', memberId));
    if (account === undefined) throw new WrongResult(`there is no account of ${memberId}.`);
    expectSame(`points of ${memberId}`, pointsIn(account), mill.pointsOf(memberId));
  }
};

const checkRows = async ({ source, mill }: ReplayGround): Promise<void> => {
  const rows = await source.query<{ id: string; points: number }[]>(
    `SELECT member_id AS id, (wallets -> 'points' ->> 'points')::float8 AS points FROM read.account_overview`,
  );
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
  let events = 0;
  for (let round = 0; round < rounds; round += 1) {
    const fold = await timed(() => foldAccounts(store));
    checkAccounts(fold.result.accounts, ground);
    events = fold.result.events;
    folds.push(events / fold.seconds);
    const built = await timed(() => rebuild({ source, store, catalogue }, projections));
    expectSame('facts that read models passed over', built.result.parked, 0);
    expectSame('events read for the read models', built.result.facts, events);
    await checkRows(ground);
    rebuilds.push(events / built.seconds);
  }
  return { events, foldPerSecond: median(folds), rebuildPerSecond: median(rebuilds) };
};
