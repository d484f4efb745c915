import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, ServerProcess } from '../support/server-process';
import { Client } from '../support/client';

const run = promisify(execFile);
const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

/** The commands of the README's five minutes, as they stand there. */
const tour = /```bash tour\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';

describe('the README’s five minutes', () => {
  let server: ServerProcess;
  let answers: Record<string, unknown>[];

  beforeAll(async () => {
    server = await ServerProcess.start();
    const office = new Client(() => server.url, await server.adminToken());
    const preset = await office.get('/v1/programme/presets/auto-club');
    const document = { ...preset.body, currency: 'USD' };
    expect((await office.post('/v1/programme/versions', { document, note: 'as the demo chain has it' })).status).toBe(
      201,
    );
    const env = { ...process.env, REGULARS: server.url, REGULARS_DATA_DIR: server.folder };
    const { stdout } = await run('bash', ['-e', '-c', tour], { env, timeout: 240_000 });
    answers = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    await eventually('the points for joining', async () => {
      const account = await office.get('/v1/accounts/tour-1/lots');
      return JSON.stringify(account.body).includes('"rule":"welcome"');
    });
  }, 360_000);

  afterAll(() => server.destroy());

  it('work as they stand there, without one problem', () => {
    expect(tour.split('\n').filter((line) => /^(ask|tell) /.test(line))).toHaveLength(10);
    expect(answers).toHaveLength(10);
    expect(answers.filter((answer) => 'type' in answer && String(answer['type']).startsWith('urn:'))).toEqual([]);
  });

  it('earn, spend and give back what they say', () => {
    const [, , , bought, , , , spent, returned] = answers;
    expect(bought).toMatchObject({ duplicate: false, earned: [{ points: 660 }, { points: 100 }] });
    expect(spent).toMatchObject({ redemptionId: 'wiper-1', status: 'captured', points: 500 });
    expect(returned).toMatchObject({ reversed: [{ wallet: 'points', points: 330, forgiven: 0 }] });
  });
});
