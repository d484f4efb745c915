import { KeyedHash } from '#libs/platform/crypto/keyed-hash';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { SubjectCipher } from '#libs/platform/crypto/subject-cipher';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { IssuedCards } from './issued-cards';
import { EnrolmentHandler, Enrolment, type NewMember } from './enrolment.handler';
import { MemberSecrets, type DraftedCard } from './member-secrets';
import { MemberStreams, type MemberOutcome } from './member-streams';
import { now } from './testing/member.fixtures';

/** Secrets that draw the same number, as often as told, before they draw another. */
class Unlucky extends MemberSecrets {
  repeats = 0;
  draws = 0;
  private last: Promise<string | undefined> | undefined;

  override async draftCard(keyId: string): Promise<DraftedCard> {
    this.draws += 1;
    const drafted = await super.draftCard(keyId);
    const number = this.repeats > 0 ? await this.last : undefined;
    if (number === undefined) {
      this.last = this.openCard(keyId, { ...drafted.card, kind: 'primary', issuedAt: now });
      return drafted;
    }
    this.repeats -= 1;
    return { ...drafted, claim: this.claimOf({ kind: 'card', value: number }) };
  }
}

const platform = memoryPlatform(new VirtualClock(now));
const vault = new MemoryKeyVault();
const secrets = new Unlucky(
  new SubjectCipher(vault, platform.masterKey.derive('key-wrapping')),
  new KeyedHash(platform.masterKey.derive('identifier-lookup')),
);
const streams = new MemberStreams(platform.runner, platform.store, platform.clock, secrets);
const cards = new IssuedCards(streams, secrets);
const handler = new EnrolmentHandler(streams, secrets, cards, platform.clock);

const member: NewMember = { storeId: 'S1', channel: 'till', profile: {}, consents: [] };
const enrol = (key: string): Promise<MemberOutcome> => {
  const caller = { credential: 'till:S1/T1', roles: ['till'], scope: ['S1'] };
  const idempotency = { credential: caller.credential, key, requestHash: 'h' };
  return handler.execute(new Enrolment(member, { caller, idempotency, meta: {} }));
};

describe('a card number that another card has', () => {
  it('is drawn again', async () => {
    expect(await enrol('first')).toMatchObject({ kind: 'answered', status: 201 });
    secrets.draws = 0;
    secrets.repeats = 2;
    expect(await enrol('second')).toMatchObject({ kind: 'answered', status: 201 });
    expect(secrets.draws).toBe(3);
    expect(vault.size).toBe(2);
  });

  it('is not drawn for ever: something else must be wrong then, and no key is left behind', async () => {
    secrets.draws = 0;
    secrets.repeats = 1_000;
    expect(await enrol('third')).toMatchObject({ kind: 'claim-taken' });
    expect(secrets.draws).toBe(5);
    expect(vault.size).toBe(2);
  });
});

describe('a number in an answer', () => {
  it('is put in when the answer is given, not when it is stored', async () => {
    secrets.repeats = 0;
    const first = await enrol('fourth');
    const stored = await platform.store.findCommand('till:S1/T1', 'fourth');
    const shown = JSON.parse(first.kind === 'answered' ? first.body : '{}') as { cards: { number: string }[] };
    expect(shown.cards[0]?.number).toMatch(/^9\d{15}$/);
    expect(stored?.answer).not.toContain(shown.cards[0]?.number);
    expect(await enrol('fourth')).toEqual({ ...first, replayed: true });
  });

  it('stays out of what is no answer', async () => {
    const refused = { kind: 'refused', reason: 'member-exists' } as const;
    expect(await cards.shown(refused)).toBe(refused);
  });
});
