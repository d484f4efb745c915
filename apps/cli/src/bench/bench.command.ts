import type { CommandNeeds, ExitCode } from '../command';
import type { Output } from '../terminal/output';
import { count } from '../terminal/words';
import { benchStore, type StoreFigures } from './store-bench';
import { withThrowAwayPostgres } from './throw-away';
import { WrongResult } from './wrong-result';

/** The options of `regulars bench`, as commander gives them. */
export interface BenchOptions {
  readonly quick?: boolean;
}

/** What can be measured. */
export const benches = ['store'] as const;

type Bench = (typeof benches)[number];

const ms = (value: number): string => `${value.toFixed(2)} ms`;

const tellStore = (output: Output, { byName, singleMs }: StoreFigures): void => {
  const ours = byName.get('regulars')?.perSecond ?? NaN;
  for (const [name, { perSecond, p50, p99 }] of byName) {
    const ratio = ours / perSecond;
    const single = singleMs.get(name) ?? NaN;
    const compared = name === 'regulars' ? '' : `  regulars is ${ratio.toFixed(2)} ×`;
    output.tell(
      { event: 'bench', bench: 'store', name, perSecond, p50, p99, singleP50: single, ratio },
      `store  ${name}: ${count(perSecond)} appends/s, p50 ${ms(p50)}, p99 ${ms(p99)}; alone p50 ${ms(single)}${compared}`,
    );
  }
  if (!byName.has('emmett-postgresql'))
    output.tell({ event: 'bench-absent', name: 'emmett-postgresql' }, 'store  emmett-postgresql is not installed.');
};

const runStore = async (output: Output, quick: boolean): Promise<void> => {
  const settings = quick
    ? { rounds: 1, roundMs: 200, atOnce: 16, single: 10 }
    : { rounds: 5, roundMs: 4_000, atOnce: 256, single: 300 };
  const progress = output.progress('store', 'rounds', settings.rounds * 3);
  let done = 0;
  const figures = await withThrowAwayPostgres((url) => benchStore(url, settings, () => progress.update((done += 1))));
  progress.finish();
  tellStore(output, figures);
};

const runs: Readonly<Record<Bench, (output: Output, quick: boolean) => Promise<void>>> = { store: runStore };

/** `regulars bench`: measures side by side on throw-away data; refuses to print figures of anything that went wrong. */
export const benchCommand = async (
  which: string | undefined,
  { quick = false }: BenchOptions,
  { output }: CommandNeeds,
): Promise<ExitCode> => {
  const chosen = benches.filter((each) => which === undefined || which === 'all' || which === each);
  try {
    for (const each of chosen) await runs[each](output, quick);
    return 0;
  } catch (error) {
    if (!(error instanceof WrongResult)) throw error;
    output.complain({ event: 'bench-refused', reason: error.message }, error.message);
    return 1;
  }
};
