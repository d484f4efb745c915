import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './program';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-program-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a command line that is to end before it reaches any database. */
const run = async (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  let out = '';
  let err = '';
  const sinks = {
    out: { write: (text: string) => void (out += text) },
    err: { write: (text: string) => void (err += text) },
    nowMs: () => 0,
  };
  const signal = new AbortController().signal;
  const code = await runProgram(argv, { env: { REGULARS_DATA_DIR: join(folder, 'data'), ...env }, sinks, signal });
  return { code, out, err };
};

const mapping = {
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  columns: { memberId: 'card', storeId: 'shop', occurredAt: 'sold', sku: 'item', gross: 'amount' },
};

describe('help', () => {
  it('is the answer to --help, with every command but those for the program itself', async () => {
    const { code, out, err } = await run(['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const command of [
      'serve',
      'import',
      'demo',
      'verify',
      'held',
      'repair',
      'rebuild',
      'export',
      'restore-xids',
      'bench',
    ])
      expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(out).not.toContain('bench-route');
  });

  it('of a command names its options and their choices', async () => {
    const { code, out } = await run(['import', '--help']);
    expect(code).toBe(0);
    for (const words of ['"completejourney", "cdnow", "csv"', '--store-zone', 'auto-club', '"stop", "skip"'])
      expect(out.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  it('is shown beside an error when no command is named', async () => {
    const { code, err } = await run([]);
    expect(code).toBe(2);
    expect(err).toContain('Usage: regulars');
  });
});

describe('a command line that cannot be understood', () => {
  it.each<[string, readonly string[], string]>([
    ['an unknown command', ['imprt', 'log.csv'], "unknown command 'imprt'"],
    ['an unknown option', ['verify', '--fast'], "unknown option '--fast'"],
    ['no file', ['export'], "missing required argument 'file'"],
    ['one argument too many', ['export', 'a', 'b'], 'too many arguments'],
    ['no log to load', ['import-log'], "missing required argument 'file'"],
    ['no format', ['import', 'log.csv'], "required option '--format <format>' not specified"],
    ['an unknown format', ['import', 'log.csv', '--format', 'xls'], 'Allowed choices are completejourney, cdnow, csv'],
    ['an unknown preset', ['import', 'x', '--format', 'csv', '--preset', 'x'], "argument 'x' is invalid"],
    [
      'an unknown --on-error',
      ['import', 'x', '--format', 'csv', '--on-error', 'cry'],
      'Allowed choices are stop, skip',
    ],
    ['a number in words', ['verify', '--most', 'many'], 'It must be a whole number.'],
    ['a number below 0', ['verify', '--most', '-5'], 'It must be a whole number.'],
    ['a wait in words', ['verify', '--distributed', '--wait', 'long'], 'It must be a whole number.'],
    ['no bus', ['verify', '--distributed'], '--distributed needs KAFKA_BROKERS'],
    ['a csv without mapping', ['import', 'log.csv', '--format', 'csv'], '--format csv needs --mapping <file>.'],
    ['no currency', ['import', 'x', '--format', 'cdnow', '--currency', 'usd'], '--currency is an ISO 4217 currency'],
    ['no zone', ['import', 'x', '--format', 'cdnow', '--store-zone', 'Mars/Base'], '--store-zone is an IANA time zone'],
    ['no read model', ['rebuild', 'balances'], 'There is no read model balances. There are: '],
  ])('%s ends with 2 and says why', async (_, argv, why) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(why);
    expect(await readdir(folder)).toEqual([]);
  });

  it('names every setting that is wrong', async () => {
    const { code, err } = await run(['verify'], { PORT: 'x', REGULARS_COLOUR: 'red' });
    expect(code).toBe(2);
    expect(err.trim().split('\n').sort()).toEqual(['PORT must be a port number', 'REGULARS_COLOUR is not a setting']);
  });
});

describe('a file that cannot be used', () => {
  const importing = (file: string, map: string) => run(['import', file, '--format', 'csv', '--mapping', map]);

  it('ends the import with 1 when the mapping is not there', async () => {
    const { code, err } = await importing('log.csv', join(folder, 'nowhere.json'));
    expect(code).toBe(1);
    expect(err).toContain('ENOENT');
  });

  it('ends it with every wrong place of the mapping', async () => {
    const map = join(folder, 'map.json');
    await writeFile(map, JSON.stringify({ ...mapping, currency: 'ZZZ', timeZone: 'Mars/Base' }));
    const { code, err } = await importing('log.csv', map);
    expect(code).toBe(1);
    expect(err).toMatch(/^The mapping is not valid: currency: .*; timeZone: is no known time zone$/m);
  });
});
