import { Client } from 'pg';
import { describeWithBroker, testBrokers } from '#libs/platform/testing/kafka-broker';
import { textOutput } from '../../terminal/output';
import { withChainGround, type ChainGround } from './chain-ground';
import { benchDistributed, type DistributedFigures } from './distributed-bench';

const little = {
  ...{ events: 600, share: 200, saturateMs: 600, dripMs: 600 },
  ...{ templates: 3, tickets: 2, cohort: 60, atOnce: 8, memoryEvery: 200 },
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
      const client = new Client({ connectionString: ground.databaseUrl });
      await client.connect();
      const { rows } = await client.query<{ members: number; accounts: number }>(
        `SELECT (SELECT count(*)::int FROM read.members_by_store) AS members,
           (SELECT count(*)::int FROM read.account_overview) AS accounts`,
      );
      await client.end();
      return { figures, ...rows[0] };
    });
    const {
      figures,
      members = 0,
      accounts,
    } = came as {
      figures: DistributedFigures;
      members?: number;
      accounts?: number;
    };
    expect(figures.relay.events).toBeGreaterThanOrEqual(little.events);
    expect(figures.worker.events).toBeGreaterThanOrEqual(little.events);
    expect(figures.worker.memory.length).toBeGreaterThanOrEqual(3);
    expect(figures.highest).toBeGreaterThan(0);
    expect(figures.latency.p99).toBeGreaterThanOrEqual(figures.latency.p50);
    expect(figures.latency.p50).toBeGreaterThan(0);
    expect(members).toBeGreaterThan(60);
    expect(accounts).toBe(members);
  }, 240_000);
});
