import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '#libs/platform/app/config';
import { presetCodes } from '#libs/programme/src/contract';
import { benchCommand, benches, type BenchOptions } from './bench/bench.command';
import { runRoute } from './bench/route-process';
import { UsageError, type CommandNeeds, type ExitCode } from './command';
import { heldCommand, type HeldOptions } from './held/held.command';
import { repairCommand } from './held/repair.command';
import { demoCommand } from './import/demo.command';
import { formats, importCommand, type ImportOptions } from './import/import.command';
import { exportCommand } from './log/export.command';
import { importLogCommand } from './log/import-log.command';
import { rebuildCommand } from './log/rebuild.command';
import { restoreXidsCommand } from './log/restore-xids.command';
import { serveCommand } from './serve.command';
import { jsonOutput, textOutput, type Sinks } from './terminal/output';
import { verifyCommand, type VerifyOptions } from './verify/verify.command';
import { Interrupted } from './workplace';

/** What the program is run with. */
export interface ProgramNeeds {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sinks: Sinks;
  readonly signal: AbortSignal;
}

/** Ended by a signal, as shells count it. */
const interruptedCode = 130;

const whole = (text: string): string => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return text;
};

type Action = (needs: CommandNeeds) => Promise<ExitCode>;
type Run = (action: Action) => Promise<void>;

const addImport = (program: Command, run: Run): void => {
  program
    .command('import')
    .description('read a purchase log: opens its stores, enrols its members, books its tickets')
    .argument('<file>', 'the log, or the folder it lies in; gzip is understood')
    .addOption(new Option('--format <format>', 'how it is written').choices(formats).makeOptionMandatory())
    .option('--products <file>', 'completejourney: the products, if not beside the transactions')
    .option(
      '--mapping <file>',
      'csv: the JSON file that says which column is what; without ticket numbers, rows must stay on their lines',
    )
    .addOption(
      new Option('--preset <code>', 'programme to publish if there is none').choices(presetCodes).default('auto-club'),
    )
    .option('--store-zone <zone>', 'IANA time zone of the stores; must be theirs where they are open already')
    .option('--currency <code>', 'ISO 4217 currency of the amounts; that of the stores, likewise')
    .addOption(
      new Option('--on-error <what>', 'at a row that cannot be booked').choices(['stop', 'skip']).default('stop'),
    )
    .option('--from-start', 'tell every ticket again, even those an earlier run has dealt with')
    .action((file: string, options: ImportOptions) => run((needs) => importCommand(file, options, needs)));
  program
    .command('demo')
    .description('load the demo chain into an empty log, or go on where a load was cut off')
    .action(() => run(demoCommand));
};

const addVerify = (program: Command, run: Run): void => {
  program
    .command('verify')
    .description('check everything that is stored against the log, and the log against itself; exits 1 on differences')
    .option('--most <number>', 'differences of one kind that are printed', whole, '50')
    .option('--distributed', 'check the bus and the services on it too, with the settings that the services have')
    .option('--wait <seconds>', 'distributed: for the services to come to the end of the log', whole, '30')
    .action((options: VerifyOptions) => run((needs) => verifyCommand(options, needs)));
};

const addHeld = (program: Command, run: Run): void => {
  program
    .command('held')
    .description('list what could not be taken, and what waits behind it')
    .option('--most <number>', 'of each list', whole, '1000')
    .action((options: HeldOptions) => run((needs) => heldCommand(options, needs)));
  program
    .command('repair')
    .description('give what is held up another try, once its cause is gone; the services may run meanwhile')
    .argument('[stream]', 'only this stream, as "held" names it; all if left out')
    .action((stream?: string) => run((needs) => repairCommand(stream, needs)));
};

const addLog = (program: Command, run: Run): void => {
  program
    .command('rebuild')
    .description('build the read models anew from the log, or one of them; reads go on meanwhile')
    .argument('[projection]', 'the read model, all if left out')
    .action((name?: string) => run((needs) => rebuildCommand(name, needs)));
  program
    .command('export')
    .description('write the whole log as lines of JSON, with its hashes; goes on with an export that was cut off')
    .argument('<file>', 'where to; packed if its name ends in .gz')
    .action((file: string) => run((needs) => exportCommand(file, needs)));
  program
    .command('import-log')
    .description(
      'load an exported log into an empty store and compare the two; goes on with an import that was cut off',
    )
    .argument('<file>', 'what export wrote; gzip is understood')
    .action((file: string) => run((needs) => importLogCommand(file, needs)));
  program
    .command('restore-xids')
    .description('after a dump was restored into a new PostgreSQL: make its events readable')
    .action(() => run(restoreXidsCommand));
};

const addBench = (program: Command, run: Run): void => {
  program
    .command('bench')
    .description('measure on throw-away data, side by side with others')
    .addArgument(new Argument('[what]', 'one of them, all if left out').choices([...benches, 'all']))
    .option('--quick', 'as little as possible: for correctness, not for figures')
    .option('--members <number>', 'till: members of the club; twice as many tickets follow the rounds', whole, '100000')
    .option('--events <number>', 'distributed: events that services catch up with', whole, '1000000')
    .action((what: string | undefined, options: BenchOptions) => run((needs) => benchCommand(what, options, needs)));
  program
    .command('bench-route', { hidden: true })
    .argument('<settings>')
    .action((settings: string) =>
      run(async ({ signal }) => {
        await runRoute(settings, signal);
        return 0;
      }),
    );
};

const describe = (program: Command, run: Run): Command => {
  program
    .name('regulars')
    .description('Works on the data folder REGULARS_DATA_DIR (./data), or on the PostgreSQL of DATABASE_URL.')
    .option('--json', 'print lines of JSON, for machines')
    .exitOverride()
    .allowExcessArguments(false)
    .configureHelp({ sortSubcommands: false });
  program
    .command('serve')
    .description('run the server')
    .action(() => run(serveCommand));
  addImport(program, run);
  addVerify(program, run);
  addHeld(program, run);
  addLog(program, run);
  addBench(program, run);
  return program;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs the command line and answers its exit code: 0 all well, 1 failed or differences found, 2 called wrongly. */
export const runProgram = async (argv: readonly string[], { env, sinks, signal }: ProgramNeeds): Promise<number> => {
  let code = 0;
  const program = new Command();
  const run: Run = async (action) => {
    const config = readConfig(env);
    if ('errors' in config) throw new UsageError(config.errors.join('\n'));
    const output = program.opts<{ json?: boolean }>().json === true ? jsonOutput(sinks) : textOutput(sinks);
    code = await action({ config, output, signal });
  };
  program.configureOutput({
    writeOut: (text) => void sinks.out.write(text),
    writeErr: (text) => void sinks.err.write(text),
  });
  try {
    await describe(program, run).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Interrupted) return interruptedCode;
    sinks.err.write(`${messageOf(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
};
