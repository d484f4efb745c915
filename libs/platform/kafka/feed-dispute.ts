import { inLanes } from '#libs/platform/runtime/dispatch';
import type { LookUpNeeds } from './feed-look-up';
import type { Sorted, Step } from './feed-sorting';
import type { ParkedStream, Tip } from './feed-store';

/** What the log says where messages and what was dealt with cannot both be right. */
export interface Settlement {
  readonly steps: readonly Step[];
  /** Streams of which something was dealt with that the log does not hold. */
  readonly wrong: readonly ParkedStream[];
}

const askedAtOnce = 256;

const streamOf = (step: Step): string => (step.kind === 'take' ? step.fact.streamId : step.streamId);
const endOf = (step: Step): number => (step.kind === 'take' ? step.fact.revision : step.to);

/** The same steps with nothing of these streams taken from messages: what the log does not hold is passed over. */
const fromLog = (
  steps: readonly Step[],
  streams: ReadonlySet<string>,
  tips: ReadonlyMap<string, Tip>,
): readonly Step[] => {
  const ends = new Map(steps.map((step) => [streamOf(step), endOf(step)]));
  const seen = new Set<string>();
  return steps.flatMap((step) => {
    const streamId = streamOf(step);
    if (!streams.has(streamId)) return [step];
    if (seen.has(streamId)) return [];
    seen.add(streamId);
    const from = (tips.get(streamId)?.revision ?? -1) + 1;
    return [{ kind: 'look-up', streamId, from, to: ends.get(streamId) ?? from, mayEnd: true } as const];
  });
};

/** True when the log does not hold what was dealt with last, as far as it is known what that was. */
export const isAstray = async (
  { store }: Pick<LookUpNeeds, 'store'>,
  streamId: string,
  tip: Tip | undefined,
): Promise<boolean> => {
  if (tip?.eventId === undefined) return false;
  const [logged] = await store.readStream(streamId, tip.revision, 1);
  return logged?.revision !== tip.revision || logged.eventId !== tip.eventId;
};

/**
 * Has the log settle what contradicts itself: a topic may hold facts that the log has lost, after it was restored to an
 * earlier moment. Those are passed over; a stream of which one was dealt with is held up.
 */
export const settled = async (
  needs: Pick<LookUpNeeds, 'store'>,
  { steps, contradicted, doubtful }: Sorted,
  tips: ReadonlyMap<string, Tip>,
): Promise<Settlement> => {
  const wrong: ParkedStream[] = [];
  await inLanes(
    [...new Set([...contradicted, ...doubtful])],
    (streamId) => streamId,
    askedAtOnce,
    async (streamId) => {
      const tip = tips.get(streamId);
      if (tip === undefined || !(await isAstray(needs, streamId, tip))) return;
      const { revision, eventId = '' } = tip;
      const error = `The log does not hold what was dealt with as revision ${revision}.`;
      wrong.push({ streamId, revision, reaches: revision, eventId, error });
    },
  );
  return { steps: contradicted.size === 0 ? steps : fromLog(steps, contradicted, tips), wrong };
};
