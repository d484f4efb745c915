import { availableParallelism } from 'node:os';
import type { CommandNeeds, ExitCode } from '../command';
import { verifyCommand } from '../verify/verify.command';
import { bookTickets, reopened, withBenchServer, withClub } from './bench-club';
import { withChainGround } from './distributed/chain-ground';
import { benchDistributed, configOf, type DistributedSettings } from './distributed/distributed-bench';
import { tellDistributed } from './distributed/tell-distributed';
import { benchHot, hotMember } from './hot-bench';
import { benchReplay } from './replay-bench';
import { benchStore } from './store-bench';
import { tellHot, tellMachine, tellReplay, tellStore, tellTill } from './tell';
import { inThrowAwayFolder, withThrowAwayPostgres } from './throw-away';
import { TicketMill } from './ticket-mill';
import { benchTill } from './till-bench';
import { WrongResult } from './wrong-result';

/** The options of `regulars bench`, as commander gives them. */
export interface BenchOptions {
  readonly quick?: boolean;
  /** Members of the club whose tills are measured. */
  readonly members: string;
  /** Events that a chain of services is to catch up with. */
  readonly events: string;
}

/** What can be measured. */
export const benches = ['store', 'till', 'hot', 'replay', 'distributed'] as const;

type Bench = (typeof benches)[number];

/** How much is asked for. */
interface Amounts {
  readonly members: number;
  readonly events: number;
}

const wholeChain = (events: number): DistributedSettings => ({
  ...{ events, share: Math.ceil(events / 5), saturateMs: 12_000, dripMs: 15_000 },
  ...{ templates: 40, tickets: 10, cohort: 5_000, atOnce: 1_000, memoryEvery: 100_000 },
});

const quickChain: DistributedSettings = {
  ...{ events: 2_000, share: 500, saturateMs: 1_500, dripMs: 1_000 },
  ...{ templates: 4, tickets: 3, cohort: 60, atOnce: 16, memoryEvery: 500 },
};

const membersNamed = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => TicketMill.member(index));

const runStore = async ({ output }: CommandNeeds, quick: boolean): Promise<void> => {
  const settings = quick
    ? { rounds: 1, roundMs: 200, atOnce: 16, single: 10 }
    : { rounds: 5, roundMs: 4_000, atOnce: 256, single: 300 };
  const progress = output.progress('store', 'rounds', settings.rounds * 3);
  let done = 0;
  const figures = await withThrowAwayPostgres((url) => benchStore(url, settings, () => progress.update((done += 1))));
  progress.finish();
  tellStore(output, figures);
};

const found = async ({ output, signal }: CommandNeeds, folder: string, members: readonly string[]): Promise<void> => {
  const progress = output.progress('enrolling', 'members', members.length);
  const onProgress = (enrolled: number): void => progress.update(enrolled);
  await withClub(folder, members, { signal, onProgress }, async () => undefined);
  progress.finish();
};

const runTill = (needs: CommandNeeds, quick: boolean, { members: count }: Amounts): Promise<void> =>
  inThrowAwayFolder(async (folder) => {
    const members = membersNamed(quick ? 200 : count);
    const settings = quick
      ? { rounds: 1, roundMs: 150, connections: 4, warmUp: 20, longRun: 100 }
      : { rounds: 5, roundMs: 6_000, connections: 32, warmUp: count, longRun: 2 * count };
    await found(needs, folder, members);
    const rounds = needs.output.progress('till', 'rounds', settings.rounds * 3);
    const sent = {
      'warm-up': needs.output.progress('warming up', 'tickets', settings.warmUp),
      'long run': needs.output.progress('long run', 'tickets', settings.longRun),
    };
    let done = 0;
    const watch = {
      onRound: (): void => rounds.update((done += 1)),
      onSent: (part: keyof typeof sent, tickets: number): void => sent[part].update(tickets),
    };
    const figures = await withBenchServer(folder, (server) => benchTill(server, members, settings, watch));
    for (const each of [rounds, ...Object.values(sent)]) each.finish();
    tellTill(needs.output, figures);
  });

const runHot = (needs: CommandNeeds, quick: boolean): Promise<void> =>
  inThrowAwayFolder(async (folder) => {
    const members = 100;
    await found(needs, folder, [...membersNamed(members), hotMember]);
    const settings = { parallel: 50, tickets: quick ? 100 : 1_000 };
    const figures = await withBenchServer(folder, (server) => benchHot(server, members, settings));
    tellHot(needs.output, figures);
  });

const runReplay = (needs: CommandNeeds, quick: boolean): Promise<void> =>
  inThrowAwayFolder(async (folder) => {
    const members = membersNamed(quick ? 20 : 5_000);
    const mill = new TicketMill(members.length);
    const tickets = members.length * 10;
    const progress = needs.output.progress('filling the log', 'tickets', tickets);
    await withClub(folder, members, { signal: needs.signal }, async ({ desk, workplace }) => {
      await bookTickets(desk, mill, tickets, (booked) => progress.update(booked));
      progress.finish();
      await workplace.reacted();
    });
    const figures = await reopened(folder, needs.signal, ({ platform: { store, dataSource: source } }) =>
      benchReplay({ store, source, mill, members }, quick ? 1 : 5),
    );
    tellReplay(needs.output, figures);
  });

const runDistributed = async (needs: CommandNeeds, quick: boolean, { events }: Amounts): Promise<void> => {
  const { output, signal } = needs;
  const came = await withChainGround(needs.config, async ({ env, ...ground }) => {
    const figures = await benchDistributed({ env, ...ground }, quick ? quickChain : wholeChain(events), {
      output,
      signal,
    });
    const checking = { ...needs, config: configOf(env) };
    const differences = await verifyCommand({ most: '5', distributed: true, wait: '60' }, checking);
    if (differences > 0) throw new WrongResult('the chain is not as its log says it must be.');
    return figures;
  });
  if ('missing' in came) output.tell({ event: 'bench-absent', ...came }, `distributed  not measured: ${came.missing}`);
  else tellDistributed(output, came, availableParallelism());
};

const runs: Readonly<Record<Bench, (needs: CommandNeeds, quick: boolean, amounts: Amounts) => Promise<void>>> = {
  store: runStore,
  till: runTill,
  hot: runHot,
  replay: runReplay,
  distributed: runDistributed,
};

/** `regulars bench`: measures side by side on throw-away data; refuses to print figures of anything that went wrong. */
export const benchCommand = async (
  which: string | undefined,
  { quick = false, members, events }: BenchOptions,
  needs: CommandNeeds,
): Promise<ExitCode> => {
  const chosen = benches.filter((each) => which === undefined || which === 'all' || which === each);
  try {
    for (const each of chosen) {
      tellMachine(needs.output);
      await runs[each](needs, quick, { members: Number(members), events: Number(events) });
    }
    return 0;
  } catch (error) {
    if (!(error instanceof WrongResult)) throw error;
    needs.output.complain({ event: 'bench-refused', reason: error.message }, error.message);
    return 1;
  }
};
