import { runProgram } from './program';

/** What the program says, with an environment that no command may get to use. */
const run = async (...argv: readonly string[]) => {
  let out = '';
  let err = '';
  const sinks = {
    out: { write: (text: string) => void (out += text) },
    err: { write: (text: string) => void (err += text) },
    nowMs: () => 0,
  };
  const env = { REGULARS_DATA_DIR: '/nowhere' };
  const code = await runProgram(argv, { env, sinks, signal: new AbortController().signal });
  return { code, out: out.replaceAll(/\s+/g, ' '), err };
};

describe('the help of', () => {
  it.each<[string, readonly string[]]>([
    ['serve', ['Usage: regulars serve [options]', 'run the server']],
    ['import', ['<file>', '--format <format>', '--products <file>', '--mapping <file>', '--currency <code>']],
    ['import', ['--on-error <what>', '(choices: "stop", "skip", default: "stop")', '--from-start']],
    ['demo', ['Usage: regulars demo [options]', 'go on where a load was cut off']],
    ['verify', ['--most <number>', '(default: "50")', '--distributed', '--wait <seconds>', '(default: "30")']],
    ['held', ['--most <number>', '(default: "1000")']],
    ['repair', ['Usage: regulars repair [options] [stream]', 'all if left out']],
    ['rebuild', ['Usage: regulars rebuild [options] [projection]', 'reads go on meanwhile']],
    ['export', ['Usage: regulars export [options] <file>', 'packed if its name ends in .gz']],
    ['import-log', ['Usage: regulars import-log [options] <file>', 'gzip is understood']],
    ['restore-xids', ['Usage: regulars restore-xids [options]', 'after a dump was restored']],
    ['bench', ['[what]', '--quick', '--members <number>', '(default: "100000")', '--events <number>']],
  ])('%s says what it takes', async (command, words) => {
    const { code, out, err } = await run(command, '--help');
    expect([code, err]).toEqual([0, '']);
    for (const each of words) expect(out).toContain(each);
  });

  it('a command is shown by "help" as well', async () => {
    const [{ out: asked }, { out: helped }] = [await run('verify', '--help'), await run('help', 'verify')];
    expect(helped).toBe(asked);
  });

  it('every bench names those there are', async () => {
    const { out } = await run('bench', '--help');
    for (const each of ['store', 'till', 'hot', 'replay', 'distributed', 'all']) expect(out).toContain(`"${each}"`);
  });
});

describe('a number', () => {
  it.each([
    ['verify', '--most'],
    ['verify', '--wait'],
    ['held', '--most'],
    ['bench', '--members'],
    ['bench', '--events'],
  ])('of %s %s is whole, positive and not beyond measure', async (command, option) => {
    for (const text of ['', '1.5', '-1', '1e3', '0x10', ' 7', '１', '9999999999']) {
      const { code, out, err } = await run(command, `${option}=${text}`);
      expect({ text, code, out }).toEqual({ text, code: 2, out: '' });
      expect(err).toContain(`error: option '${option} <`);
      expect(err).toContain('It must be a whole number.');
    }
  });
});

it.each<[readonly string[], string]>([
  [['bench', 'everything'], 'Allowed choices are store, till, hot, replay, distributed, all'],
  [['held', 'account-M1'], "too many arguments for 'held'"],
  [['repair', 'account-M1', 'account-M2'], "too many arguments for 'repair'"],
  [['import-log'], "missing required argument 'file'"],
  [['verfy'], '(Did you mean verify?)'],
  [['help', 'nothing'], ''],
])('%j cannot be understood', async (argv, why) => {
  const { code, out, err } = await run(...argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(why);
});
