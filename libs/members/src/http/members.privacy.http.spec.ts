import type { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { logStart } from '#libs/platform/event-store/event-store';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { now } from '../testing/member.fixtures';
import { MembersModule } from '../module';
import { MembersApp, tokens } from '../testing/members-app';

const secrets = {
  givenName: 'Adalgisa',
  familyName: 'Lovelace-Byron',
  phone: '+61400777123',
  email: 'adalgisa@example.org',
  birthday: '1915-12-10',
  street: '12 St James Square',
  evidence: 'signed the blue form',
  note: 'argued with the cashier',
};

const { givenName, familyName, phone, email, birthday, street } = secrets;
const profile = { givenName, familyName, phone, email, birthday, postalAddress: { street } };

/** Every text that the store and the vault hold at the end of a journey, and the card numbers handed out on it. */
const journey = async () => {
  const platform = memoryPlatform(new VirtualClock(now));
  const vault = new MemoryKeyVault();
  const chain = await MembersApp.start(MembersModule, { platform, vault });
  const consent = { channel: 'email', purpose: 'promotion', granted: true, evidence: secrets.evidence };
  const { memberId, cards } = await chain.enrol({ profile, consents: [consent] }, { key: 'enrol' });
  const post = (what: string, body: object, key: string) =>
    chain.call('POST', `/v1/members/${memberId}/${what}`, body, { key });
  const replaced = await post('cards', { reason: 'lost', replaces: cards[0].number }, 'card');
  await chain.call('PATCH', `/v1/members/${memberId}`, { profile: { phone: '+61400777124' } }, { key: 'patch' });
  await post('consents', { ...consent, granted: false }, 'consent');
  await post('suspend', { reason: 'fraud', note: secrets.note }, 'suspend');
  const numbers = [cards[0].number, (replaced.body['cards'] as { number: string }[])[0]?.number ?? ''];
  const answers = await Promise.all(
    ['enrol', 'card', 'patch', 'consent', 'suspend'].map((key) => platform.store.findCommand('staff:headOffice', key)),
  );
  expect(answers).not.toContain(undefined);
  return { chain, platform, vault, memberId, numbers, answers };
};

const everything = async (store: MemoryEventStore) => JSON.stringify(await store.readAll(logStart, 1_000));

describe('what is kept of a member', () => {
  it('shows nothing personal: not in the log, not in stored answers', async () => {
    const { chain, platform, numbers, answers } = await journey();
    const kept = (await everything(platform.store)) + JSON.stringify(answers);
    expect(kept).toContain('MemberSuspended');
    for (const personal of [...Object.values(secrets), '61400777124', ...numbers]) expect(kept).not.toContain(personal);
    await chain.app.close();
  });

  it('holds no hash of an identifier in the log that guesses could be tried against', async () => {
    const { chain, platform } = await journey();
    const log = await everything(platform.store);
    expect(log).not.toMatch(/phone:|email:|card:/);
    await chain.app.close();
  });

  it('can be forgotten even where its key is damaged', async () => {
    const { chain, platform, vault, memberId } = await journey();
    const keyId =
      /"keyId":"([^"]+)"/.exec((await platform.store.readStream(`member-${memberId}`, 0, 1))[0]?.data ?? '')?.[1] ?? '';
    await vault.destroy(keyId);
    await vault.create(keyId, 'AQgarbage');
    const restarted = await MembersApp.start(MembersModule, { platform, vault });
    expect((await restarted.call('GET', `/v1/members/${memberId}`)).status).toBe(500);
    expect((await restarted.call('POST', `/v1/members/${memberId}/erase`, {})).status).toBe(200);
    expect((await restarted.call('GET', `/v1/members/${memberId}`)).body['state']).toBe('erased');
    expect(await vault.get(keyId)).toBeUndefined();
    await restarted.app.close();
    await chain.app.close();
  });

  it('cannot be read any more after an erasure, even by a copy of the log with the master key', async () => {
    const { chain, platform, vault, memberId } = await journey();
    await chain.call('POST', `/v1/members/${memberId}/erase`, {});
    await chain.app.close();
    const beforeErasure = (await platform.store.readAll(logStart, 1_000)).filter(
      (each) => each.type !== 'MemberErased',
    );
    const copy = memoryPlatform(new VirtualClock(now));
    for (const [revision, event] of beforeErasure.entries()) {
      const { tip } = await copy.store.load(event.streamId);
      expect(tip.revision).toBe(revision - 1);
      await copy.store.append({ streamId: event.streamId, expected: tip, events: [event], recordedAt: now });
    }
    const again = await MembersApp.start(MembersModule, { platform: copy, vault });
    const { body } = await again.call('GET', `/v1/members/${memberId}`);
    expect(body['state']).toBe('suspended');
    expect(body).not.toHaveProperty('profile');
    for (const personal of Object.values(secrets)) expect(JSON.stringify(body)).not.toContain(personal);
    await again.app.close();
  });

  it('leaves no key behind when an enrolment is refused or repeated', async () => {
    const vault = new MemoryKeyVault();
    const chain = await MembersApp.start(MembersModule, { vault });
    const body = { storeId: 'S1', channel: 'till', profile: { phone } };
    await Promise.all(
      [1, 2, 3].map(() => chain.call('POST', '/v1/members', body, { key: 'once', token: tokens.till })),
    );
    await Promise.all([1, 2, 3].map(() => chain.call('POST', '/v1/members', body)));
    expect(vault.size).toBe(1);
    await chain.app.close();
  });
});
