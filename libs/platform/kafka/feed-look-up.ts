import { comparePositions, type EventStore, type LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { inLanes } from '#libs/platform/runtime/dispatch';
import { LoggedFact } from '#libs/platform/runtime/fact';
import type { VersionedFact } from './arrival';
import type { Step } from './feed-sorting';
import type { ParkedStream } from './feed-store';

/** What personal facts say is not on the bus: with new members come many look-ups, which the store answers together. */
const lookUpsAtOnce = 256;
const pageSize = 1_000;

type LookUp = Extract<Step, { readonly kind: 'look-up' }>;

/** The facts that steps lead to, in order, and the streams that cannot go on since the log has a hole. */
export interface Found {
  readonly facts: readonly VersionedFact[];
  readonly lookedUp: number;
  readonly stuck: readonly ParkedStream[];
}

/** Where facts are looked up. */
export interface LookUpNeeds {
  readonly store: Pick<EventStore, 'readStream' | 'readAll'>;
  /** Every type of event in the log, so that old versions are lifted. */
  readonly catalogue: EventCatalogue;
}

/** Facts of a stream from the log, `from` to `to`; fewer when the log does not go that far. */
export const lookUp = async (
  { store, catalogue }: LookUpNeeds,
  streamId: string,
  from: number,
  to: number,
): Promise<readonly VersionedFact[]> => {
  const facts: VersionedFact[] = [];
  while (from + facts.length <= to) {
    const start = from + facts.length;
    const page = await store.readStream(streamId, start, Math.min(pageSize, to - start + 1));
    if (page[0]?.revision !== start) break;
    for (const event of page) facts.push(new LoggedFact(event, catalogue));
  }
  return facts;
};

const holeAt = ({ streamId, to }: LookUp, revision: number): ParkedStream => ({
  streamId,
  revision,
  reaches: to,
  eventId: '',
  error: `The log holds no revision ${revision}.`,
});

/** Looks up what did not come, different streams side by side. */
export const factsOf = async (needs: LookUpNeeds, steps: readonly Step[]): Promise<Found> => {
  const found = new Map<Step, readonly VersionedFact[]>();
  const lookUps = steps.filter((step) => step.kind === 'look-up');
  await inLanes(
    lookUps,
    ({ streamId }) => streamId,
    lookUpsAtOnce,
    async (step) => void found.set(step, await lookUp(needs, step.streamId, step.from, step.to)),
  );
  const countOf = (step: LookUp): number => found.get(step)?.length ?? 0;
  return {
    facts: steps.flatMap((step) => (step.kind === 'take' ? [step.fact] : (found.get(step) ?? []))),
    lookedUp: lookUps.reduce((sum, step) => sum + countOf(step), 0),
    stuck: lookUps
      .filter((step) => step.mayEnd !== true && countOf(step) <= step.to - step.from)
      .map((step) => holeAt(step, step.from + countOf(step))),
  };
};

/** At most a page of facts of the log, after a place and before another; none when there are no more. */
export const factsBetween = async (
  { store, catalogue }: LookUpNeeds,
  after: LogPosition,
  before: LogPosition,
): Promise<readonly VersionedFact[]> => {
  const page = await store.readAll(after, pageSize);
  return page.filter((event) => comparePositions(event, before) < 0).map((event) => new LoggedFact(event, catalogue));
};
