import type { RunningService } from '#libs/composition/service';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import { BusChain, relay, worker } from '../verify/distributed/testing/bus-chain';

describeWithBroker('what is held up', () => {
  let chain: BusChain;
  let services: readonly RunningService[];

  beforeAll(async () => {
    chain = await BusChain.open();
    services = [await chain.start(worker), await chain.start(relay)];
    expect(await chain.verify()).toEqual({ code: 0, found: [] });
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
    await chain.close();
  });

  const eventOf = async (streamId: string): Promise<string> => {
    const [row] = await chain.bench.sql<{ id: string }>(
      `SELECT event_id AS id FROM log.events WHERE stream_id = '${streamId}' AND revision = 0`,
    );
    return row?.id ?? '';
  };

  const park = (consumer: string, key: string, eventId: string) =>
    chain.sql(`INSERT INTO read.parked (consumer, key, event_id, error)
      VALUES ('${consumer}', '${key}', '${eventId}', 'it stumbled')`);

  it('is nothing at first', async () => {
    expect(await chain.bench.run('held')).toMatchObject({ code: 0, out: 'Nothing is held up.\n' });
    expect(await chain.bench.run('repair')).toMatchObject({ code: 0, out: '0 mended, 0 still held up.\n' });
  });

  it('is listed, found by verify, still held while the cause is there, and mended once it is gone', async () => {
    await chain.sql(`ALTER TABLE read.account_overview ADD CONSTRAINT unlucky CHECK (member_id <> 'M5')`);
    await chain.sells('M5');
    const { found } = await chain.verify();
    expect(found.some(({ kind, where }) => kind === 'held-stream' && where.endsWith('read-models account-M5'))).toBe(
      true,
    );
    const { lines } = await chain.bench.run('held', '--json');
    expect(lines).toContainEqual(expect.objectContaining({ event: 'held', streamId: 'account-M5' }));
    const { out } = await chain.bench.run('held');
    expect(out).toMatch(/read-models {2}account-M5 {2}waits at revision \d+ with \d+ facts, since .*unlucky/);

    const tooEarly = await chain.bench.run('repair');
    expect(tooEarly).toMatchObject({ code: 1 });
    expect(tooEarly.out).toMatch(/read-models account-M5 is still held up\.\n(.*\n)*0 mended, \d+ still held up\./);

    await chain.sql('ALTER TABLE read.account_overview DROP CONSTRAINT unlucky');
    expect(await chain.bench.run('repair', 'account-M5')).toMatchObject({
      code: 0,
      out: '1 mended, 0 still held up.\n',
    });
    expect((await chain.bench.run('repair')).code).toBe(0);
    expect(await chain.verify()).toEqual({ code: 0, found: [] });
  });

  it('a fact that a policy passed over is given to it again', async () => {
    await park('policy:book-enrolments', 'member-M1', await eventOf('member-M1'));
    const { lines } = await chain.bench.run('held', '--json');
    expect(lines).toEqual([expect.objectContaining({ event: 'parked', key: 'member-M1', error: 'it stumbled' })]);
    expect(await chain.bench.run('repair')).toMatchObject({ code: 0, out: '1 mended, 0 still held up.\n' });
    expect(await chain.bench.run('held')).toMatchObject({ out: 'Nothing is held up.\n' });
  });

  it('a fact that there is not, or of a policy that there is not, stays on the list', async () => {
    await park('policy:book-enrolments', 'member-M1', 'nowhere');
    await park('policy:dream', 'member-M1', await eventOf('member-M1'));
    expect(await chain.bench.run('repair')).toMatchObject({ code: 1 });
    expect((await chain.bench.run('held', '--json')).lines).toHaveLength(2);
    await chain.sql('DELETE FROM read.parked');
  });

  it('a timer that stumbled is due again', async () => {
    await chain.sql(`INSERT INTO read.timer_runs (timer, key, due_at) VALUES ('settle-accounts', 'M1', now())`);
    await park('timer:settle-accounts', 'M1', 'M1@2026-01-01');
    expect(await chain.bench.run('repair')).toMatchObject({ code: 0, out: '1 mended, 0 still held up.\n' });
    expect(await chain.bench.sql(`SELECT FROM read.timer_runs WHERE key = 'M1'`)).toEqual([]);
  });

  it('rows of a read model come right only when it is built anew', async () => {
    await park('account-overview', 'M1', 'e');
    const { code, out } = await chain.bench.run('repair');
    expect(code).toBe(1);
    expect(out).toContain('account-overview passed facts over: npx regulars rebuild account-overview\n');
  });
});
