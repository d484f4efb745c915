import type { DataSource } from 'typeorm';
import type { Deed } from '#libs/platform/app/reactions';
import { comparePositions, logStart, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { ensureReadSchema } from '#libs/platform/read-models/read-schema';
import { LoggedFact } from '#libs/platform/runtime/fact';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import { Copies } from './distributed/copies';
import { EffectCheck } from './distributed/effect-check';
import type { Report } from './findings';

/** Where somebody who follows the log stands. */
interface Place extends LogPosition {
  readonly name: string;
}

const placesText = `SELECT name, xid::float8 AS xid, position::float8 AS position FROM read.checkpoints
  UNION ALL SELECT feed || '/' || topic || '/' || partition, xid::float8, position::float8 FROM read.feed_offsets ORDER BY name`;

const placesIn = async (source: DataSource): Promise<readonly Place[]> => {
  await ensureReadSchema(source);
  return source.query<Place[]>(placesText);
};

/** What checking those who follow the log needs. */
export interface FollowerCheckNeeds {
  readonly source: DataSource;
  readonly store: EventStore;
  readonly report: Report;
}

/** Tells whoever follows the log and stands beyond its end: what is appended until there would never be dealt with. */
export const verifyPlaces = async ({ source, store, report }: FollowerCheckNeeds): Promise<void> => {
  // First where they stand, then where the log ends, which moves on meanwhile.
  const places = await placesIn(source);
  const end = await store.latest();
  for (const { name, ...place } of places)
    if (comparePositions(place, end) > 0)
      report({
        kind: 'wrong-checkpoint',
        where: name,
        what: `it stands at ${place.xid}/${place.position}, the log ends at ${end.xid}/${end.position}`,
      });
};

/** What checking the effects of policies needs, where these follow the log by themselves. */
export interface PolicyCheckNeeds extends FollowerCheckNeeds {
  readonly catalogue: EventCatalogue;
  /** Policies that cannot change anything, see {@link EffectCheck}. */
  readonly policies: readonly AnyPolicy<Deed>[];
  readonly onProgress: (events: number) => void;
}

const factsAtOnce = 4_000;

const follow = async (effects: EffectCheck, { store, catalogue, onProgress }: PolicyCheckNeeds): Promise<void> => {
  const until = await store.latest();
  let events = 0;
  for await (const page of store.pages(logStart, factsAtOnce)) {
    await effects.take(page.map((event) => new LoggedFact(event, catalogue)));
    events += page.length;
    onProgress(events);
    const last = page.at(-1);
    if (last === undefined || comparePositions(last, until) >= 0) break;
  }
};

/**
 * Whether every policy has had its effects up to where it stands, and none too often. Since when a policy counts that
 * did not begin with the log is not on record here: of such a one nothing is missed.
 */
export const verifyEffects = async (needs: PolicyCheckNeeds): Promise<void> => {
  const { source, store, policies, report } = needs;
  const places = new Map((await placesIn(source)).map(({ name, ...place }) => [name, place]));
  const fromNow = new Set(policies.filter(({ from }) => from === 'now').map(({ name }) => name));
  const dueOf = (name: string): LogPosition =>
    fromNow.has(name) ? logStart : (places.get(`policy:${name}`) ?? logStart);
  const connection = source.createQueryRunner();
  try {
    const copies = await Copies.create(connection);
    try {
      const effects = new EffectCheck({ store, copies, policies, dueOf, beginnings: new Map(), report });
      await follow(effects, needs);
      await copies.complete();
      await effects.findRepeats();
    } finally {
      await copies.drop();
    }
  } finally {
    await connection.release();
  }
};
