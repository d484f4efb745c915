import type { RunningService } from '#libs/composition/service';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import type { Difference } from '../findings';
import { BusChain, relay, worker } from './testing/bus-chain';
import { busFaults, type BusFault } from './testing/bus-faults';

describeWithBroker('regulars verify --distributed', () => {
  let chain: BusChain;
  let working: RunningService;
  let relaying: RunningService;

  beforeAll(async () => {
    chain = await BusChain.open();
    working = await chain.start(worker);
    relaying = await chain.start(relay);
  });
  afterAll(async () => {
    await relaying.stop();
    await working.stop();
    await chain.close();
  });

  const expectAmong = (
    found: readonly Difference[],
    { kind, where, what }: Pick<BusFault, 'kind' | 'where' | 'what'>,
  ): void => {
    const named = found.some((each) => each.kind === kind && each.where.includes(where) && each.what.includes(what));
    expect({ named, found }).toEqual({ named: true, found });
  };

  it('waits for the services, and finds nothing where nothing is wrong', async () => {
    expect(await chain.verify()).toEqual({ code: 0, found: [] });
  });

  it('says what it has checked', async () => {
    const { out } = await chain.bench.run('verify', '--distributed');
    expect(out).toMatch(/^Verified \d+ events of \d+ streams, \d+ messages of the bus and \d+ read models in .*: no /);
  });

  it('says who is behind', async () => {
    await relaying.stop();
    await chain.sells('M7');
    const { code, found } = await chain.verify(1);
    relaying = await chain.start(relay);
    expect(code).toBe(1);
    expect(found.map(({ kind }) => kind)).toEqual(['behind', 'behind', 'behind']);
    expect(found.map(({ where }) => where.split('.').at(-1)).sort()).toEqual(['policies', 'read-models', 'relay']);
    expect(await chain.verify()).toEqual({ code: 0, found: [] });
  });

  it.each(busFaults)('finds $name', async (fault) => {
    const putRight = await chain.plant(fault);
    const { code, found } = await chain.verify();
    await putRight();
    expect(code).toBe(1);
    expectAmong(found, fault);
  });

  it('finds nothing once everything is put right', async () => {
    expect(await chain.verify()).toEqual({ code: 0, found: [] });
  });

  it('lets facts come twice', async () => {
    await chain.sendAgain('account-M1', 3, (text) => text);
    expect(await chain.verify()).toEqual({ code: 0, found: [] });
  });

  it('lets messages of others be', async () => {
    await chain.sendAgain('account-M1', 3, () => '{"type":"somebody.else"}');
    expect(await chain.verify()).toEqual({ code: 0, found: [] });
  });

  it('finds events that were never published, and the streams that stand still for it', async () => {
    await relaying.stop();
    await chain.sells('M8');
    await chain.sql(`UPDATE read.checkpoints SET (xid, position) =
      (SELECT xid::text::bigint, position FROM log.events ORDER BY events.xid DESC, position DESC LIMIT 1)
      WHERE name = 'relay'`);
    relaying = await chain.start(relay);
    await chain.sells('M9');
    const { code, found } = await chain.verify();
    expect(code).toBe(1);
    expectAmong(found, { kind: 'missing-message', where: 'account-M8', what: 'revision 0 is not in' });
    expectAmong(found, { kind: 'wrong-feed', where: 'account-M8', what: 'it noted nothing' });
    expectAmong(found, { kind: 'wrong-effect', where: 'member-M8', what: 'policy:book-enrolments has not reacted' });
    expectAmong(found, { kind: 'wrong-row', where: 'account-overview M8', what: 'a row that is not there' });
    expect(found.filter(({ where }) => where.includes('M9'))).toEqual([]);
  });

  it('finds messages that say something else, or that nobody stated, in whatever order', async () => {
    await working.stop();
    await chain.sendAgain('account-M1', 3, (text) => text.replace(/"time":"..../, '"time":"1999'));
    await chain.sendAgain('account-M2', 0, (text) => text.replace('"streamrevision":0', '"streamrevision":777'));
    await chain.sendAgain('member-M2', 0, (text) => text.replace('"data":{', '"data":{"profile":"leaked",'));
    const { found } = await chain.verify(0);
    expectAmong(found, { kind: 'wrong-message', where: 'account-M1', what: 'says something else than the log' });
    expectAmong(found, { kind: 'wrong-message', where: 'account-M2', what: 'revision 777' });
    expectAmong(found, { kind: 'wrong-message', where: 'member-M2', what: 'carries personal fields' });
    working = await chain.start(worker);
  });
});
