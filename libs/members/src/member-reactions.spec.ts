import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { MemoryCheckpoints } from '#libs/platform/runtime/testing/memory-checkpoints';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { Policies } from '#libs/platform/runtime/policies';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { memberEvents } from './domain/member.events';
import { memberPolicies, MemberReactions, MembersModule } from './module';
import { now } from './testing/member.fixtures';
import { MembersApp } from './testing/members-app';

/** A vault that cannot be reached for a while. */
class FlakyVault extends MemoryKeyVault {
  away = false;

  override destroy(keyId: string): Promise<void> {
    return this.away ? Promise.reject(new StoreUnavailable(new Error('away'))) : super.destroy(keyId);
  }
}

const start = async () => {
  const platform = memoryPlatform(new VirtualClock(now));
  const vault = new FlakyVault();
  const chain = await MembersApp.start(MembersModule, { platform, vault });
  const reactions = chain.app.get(MemberReactions);
  const checkpoints = new MemoryCheckpoints();
  const log = new LogTail(platform.store, memberEvents);
  const report = () => undefined;
  const { clock, runner: memory } = platform;
  const needs = { dispatch: reactions.dispatch, checkpoints, parking: checkpoints, clock, memory, report };
  const policies = new Policies(memberPolicies, log, needs);
  return { chain, vault, policies, platform };
};

describe('forgetting members', () => {
  it('makes up for a crash between the fact and the destruction of the key', async () => {
    const { chain, vault, policies, platform } = await start();
    const { memberId } = await chain.enrol({ profile: { phone: '+61400000001' } });
    const other = await chain.enrol();
    vault.away = true;
    expect((await chain.call('POST', `/v1/members/${memberId}/erase`, {})).status).toBe(503);
    expect((await chain.call('GET', `/v1/members/${memberId}`)).body).toEqual({ memberId, state: 'erased' });
    expect(vault.size).toBe(2);
    vault.away = false;
    policies.start();
    await policies.caughtUp(await platform.store.head());
    expect(vault.size).toBe(1);
    expect((await chain.call('GET', `/v1/members/${other.memberId}`)).body).toHaveProperty('profile');
    await policies.stop();
    await chain.app.close();
  });

  it('so does the same request sent again', async () => {
    const { chain, vault } = await start();
    const { memberId } = await chain.enrol();
    const erase = () => chain.call('POST', `/v1/members/${memberId}/erase`, {}, { key: 'once' });
    vault.away = true;
    expect((await erase()).status).toBe(503);
    vault.away = false;
    expect(await erase()).toEqual({ status: 200, body: { memberId, state: 'erased' } });
    expect(vault.size).toBe(0);
    await chain.app.close();
  });

  it('is applied again to a vault restored from an older copy', async () => {
    const { chain, vault, policies, platform } = await start();
    const keys = new Map<string, string>();
    const create = vault.create.bind(vault);
    vault.create = (keyId, wrapped) => {
      keys.set(keyId, wrapped);
      return create(keyId, wrapped);
    };
    const { memberId } = await chain.enrol();
    await chain.call('POST', `/v1/members/${memberId}/erase`, {});
    for (const [keyId, wrapped] of keys) await create(keyId, wrapped);
    expect(vault.size).toBe(1);
    policies.start();
    await policies.caughtUp(await platform.store.head());
    expect(vault.size).toBe(0);
    await policies.stop();
    await chain.app.close();
  });
});
