import type { CommandNeeds, ExitCode } from '../command';
import { catalogue, projections, streamKinds } from '#libs/composition/contexts';
import { eventsIn } from '../log/events-in';
import { count, duration } from '../terminal/words';
import { withFoundation } from '../workplace';
import { Findings } from './findings';
import { verifyLog } from './verify-log';
import { verifyReadModels } from './verify-read-models';

/** The options of `regulars verify`, as commander gives them. */
export interface VerifyOptions {
  readonly most: string;
}

/** `regulars verify`: checks everything that is stored against the log, and the log against itself. */
export const verifyCommand = ({ most }: VerifyOptions, needs: CommandNeeds): Promise<ExitCode> =>
  withFoundation(needs, async ({ platform: { dataSource: source, store } }) => {
    const { output } = needs;
    const startedAt = performance.now();
    const findings = new Findings(output, Number(most));
    const { report } = findings;
    const total = await eventsIn(source);
    const log = output.progress('checking streams', 'events', total);
    const onProgress = (events: number): void => log.update(events);
    const { streams, events } = await verifyLog({ source, kinds: streamKinds, report, onProgress });
    log.finish();
    const tables = output.progress('checking read models', 'events', total);
    await verifyReadModels({
      ...{ source, store, catalogue, projections, report },
      onProgress: (facts) => tables.update(facts),
    });
    tables.finish();
    const seconds = (performance.now() - startedAt) / 1000;
    for (const text of findings.unprinted) output.tell({ event: 'unprinted', text }, text);
    const differences = findings.total;
    const checked = `${count(events)} events of ${count(streams)} streams and ${projections.length} read models in ${duration(seconds)}`;
    output.tell(
      { event: 'verified', streams, events, readModels: projections.length, differences, seconds },
      differences === 0
        ? `Verified ${checked}: no differences.`
        : `Verified ${checked}: ${count(differences)} differences.`,
    );
    return differences === 0 ? 0 : 1;
  });
