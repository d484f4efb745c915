import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { systemClock } from '#libs/platform/runtime/clock';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { Policies } from '#libs/platform/runtime/policies';
import { MemoryCheckpoints } from '#libs/platform/runtime/testing/memory-checkpoints';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { staffEvents } from './domain/staff.events';
import { organisationPolicies, OrganisationReactions } from './module';
import { Chain, kim, S1 } from './testing/chain';

/** A vault that cannot be reached for a while. */
class FlakyVault extends MemoryKeyVault {
  away = false;

  override destroy(keyId: string): Promise<void> {
    return this.away ? Promise.reject(new StoreUnavailable(new Error('away'))) : super.destroy(keyId);
  }
}

const start = async () => {
  const platform = memoryPlatform();
  const vault = new FlakyVault();
  const chain = await Chain.open(platform, vault);
  await chain.post('/v1/stores', S1);
  for (const staffId of ['C1', 'C2']) await chain.post('/v1/staff', { ...kim, staffId });
  const checkpoints = new MemoryCheckpoints();
  const { dispatch } = chain.app.get(OrganisationReactions);
  const needs = { dispatch, checkpoints, parking: checkpoints, clock: systemClock, memory: platform.runner };
  const log = new LogTail(platform.store, staffEvents);
  const policies = new Policies(organisationPolicies, log, { ...needs, report: () => undefined });
  const dismiss = (key: string) => chain.post('/v1/staff/C1/dismiss', {}, { key });
  return { chain, vault, policies, dismiss, head: () => platform.store.head() };
};

describe('forgetting the name of someone who is dismissed', () => {
  it('takes its key and no other', async () => {
    const { chain, vault, dismiss } = await start();
    expect(vault.size).toBe(2);
    expect((await dismiss('once')).status).toBe(200);
    expect(vault.size).toBe(1);
    await chain.app.close();
  });

  it('is made up for after a crash between the fact and the destruction of the key', async () => {
    const { chain, vault, policies, dismiss, head } = await start();
    vault.away = true;
    expect((await dismiss('once')).status).toBe(503);
    vault.away = false;
    policies.start();
    await policies.caughtUp(await head());
    expect(vault.size).toBe(1);
    await policies.stop();
    await chain.app.close();
  });

  it('so does the same request sent again', async () => {
    const { chain, vault, dismiss } = await start();
    vault.away = true;
    expect((await dismiss('once')).status).toBe(503);
    vault.away = false;
    expect(await dismiss('once')).toEqual({ status: 200, body: { staffId: 'C1', state: 'dismissed' } });
    expect(vault.size).toBe(1);
    await chain.app.close();
  });

  it('leaves the name under which the same person is engaged again', async () => {
    const { chain, vault, policies, dismiss, head } = await start();
    await dismiss('once');
    expect((await chain.post('/v1/staff', { ...kim, name: 'Kim Lee' })).status).toBe(201);
    policies.start();
    await policies.caughtUp(await head());
    expect(vault.size).toBe(2);
    expect((await chain.post('/v1/staff', { ...kim, name: 'Kim Lee' })).status).toBe(200);
    await policies.stop();
    await chain.app.close();
  });
});
