import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describeWithBroker, testBrokers } from '#libs/platform/testing/kafka-broker';
import { textOutput } from '../../terminal/output';
import { verifyCommand } from '../../verify/verify.command';
import { withChainGround, type ChainGround } from './chain-ground';
import { benchDistributed, configOf } from './distributed-bench';

const little = {
  ...{ events: 600, share: 200, saturateMs: 600, dripMs: 600 },
  ...{ templates: 3, tickets: 2, cohort: 12, atOnce: 8, memoryEvery: 200 },
};

interface Counted {
  readonly members: number;
  readonly accounts: number;
  /** What the log has of each: it may end between the two streams of somebody. */
  readonly enrolled: number;
  readonly opened: number;
}

const streamsOf = (category: string): string =>
  `(SELECT count(*)::int FROM log.streams WHERE stream_id LIKE '${category}-%' AND revision >= 0)`;

const counts = `SELECT (SELECT count(*)::int FROM read.members_by_store) AS members,
  (SELECT count(*)::int FROM read.account_overview) AS accounts,
  ${streamsOf('member')} AS enrolled, ${streamsOf('account')} AS opened`;

/** Members and accounts, once both read models are where the log is: each takes the facts in by itself. */
const inReadModels = async (url: string): Promise<Counted> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const deadline = Date.now() + 120_000; ; await sleep(200)) {
      const { rows } = await client.query<Counted>(counts);
      const [found] = rows;
      if (found === undefined) throw new Error('There is nothing to count.');
      const isThere = found.members === found.enrolled && found.accounts === found.opened;
      if (isThere || Date.now() > deadline) return found;
    }
  } finally {
    await client.end();
  }
};

describeWithBroker('a chain of services', () => {
  it('is measured from the log to its rows', async () => {
    const silent = { write: () => undefined };
    const tools = {
      output: textOutput({ out: silent, err: silent, nowMs: () => 0 }),
      signal: new AbortController().signal,
    };
    const kafkaBrokers = await testBrokers();
    const came = await withChainGround({ kafkaBrokers }, async (ground: ChainGround) => {
      const figures = await benchDistributed(ground, little, tools);
      const found = await inReadModels(ground.databaseUrl);
      const checking = { ...tools, config: configOf(ground.env) };
      return { figures, ...found, exit: await verifyCommand({ most: '5', distributed: true, wait: '120' }, checking) };
    });
    if (!('figures' in came)) throw new Error('There was no ground to measure on.');
    const { figures, members, accounts, enrolled, opened, exit } = came;
    expect(exit).toBe(0);
    expect(figures.relay.events).toBeGreaterThanOrEqual(little.events);
    expect(figures.worker.events).toBeGreaterThanOrEqual(little.events);
    expect(figures.worker.memory.length).toBeGreaterThanOrEqual(3);
    expect(figures.highest).toBeGreaterThan(0);
    expect(figures.latency.p99).toBeGreaterThanOrEqual(figures.latency.p50);
    expect(figures.latency.p50).toBeGreaterThan(0);
    expect(members).toBeGreaterThan(little.cohort);
    expect([members, accounts]).toEqual([enrolled, opened]);
  }, 480_000);
});
