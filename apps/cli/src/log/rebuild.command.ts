import { rebuild } from '#libs/platform/read-models/rebuild';
import { ensureReadSchema } from '#libs/platform/read-models/read-schema';
import { catalogue, projections } from '#libs/composition/contexts';
import { UsageError, type CommandNeeds, type ExitCode } from '../command';
import { count, duration, rate } from '../terminal/words';
import { withFoundation } from '../workplace';
import { eventsIn } from './events-in';

const chosen = (name: string | undefined) => {
  if (name === undefined) return projections;
  const found = projections.filter((projection) => projection.name === name);
  if (found.length > 0) return found;
  throw new UsageError(
    `There is no read model ${name}. There are: ${projections.map((each) => each.name).join(', ')}.`,
  );
};

/** `regulars rebuild`: builds one read model anew from the log, or all of them; live reads go on meanwhile. */
export const rebuildCommand = async (name: string | undefined, needs: CommandNeeds): Promise<ExitCode> => {
  const wanted = chosen(name);
  const names = wanted.map((projection) => projection.name);
  return withFoundation(needs, async ({ platform: { dataSource: source, store } }) => {
    const { output } = needs;
    await ensureReadSchema(source);
    const progress = output.progress('rebuilding', 'events', await eventsIn(source));
    const startedAt = performance.now();
    const onProgress = (reached: { readonly facts: number }): void => progress.update(reached.facts);
    const { facts, parked } = await rebuild({ source, store, catalogue, onProgress }, wanted);
    progress.finish();
    const seconds = (performance.now() - startedAt) / 1000;
    output.tell(
      { event: 'rebuilt', readModels: names, events: facts, parked, seconds },
      `Rebuilt ${names.join(', ')} from ${count(facts)} events in ${duration(seconds)} (${rate(facts / seconds)})` +
        (parked === 0 ? '.' : `; ${count(parked)} facts were passed over, see verify.`),
    );
    return parked === 0 ? 0 : 1;
  });
};
