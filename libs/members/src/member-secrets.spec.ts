import { randomBytes } from 'node:crypto';
import { EnvelopeRejected } from '#libs/platform/crypto/envelope';
import { KeyedHash } from '#libs/platform/crypto/keyed-hash';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { SubjectCipher } from '#libs/platform/crypto/subject-cipher';
import { isCardNumber } from './domain/card-numbers';
import type { Card, EnrolledMember } from './domain/member';
import type { Profile } from './domain/profiles';
import { isCardClaim, KeyDestroyed, MemberSecrets } from './member-secrets';
import { after, cardIssued, enrolled, now } from './testing/member.fixtures';

const wrappingKey = randomBytes(32);
const lookupKey = randomBytes(32);
const make = (vault = new MemoryKeyVault(), lookup = lookupKey): MemberSecrets =>
  new MemberSecrets(new SubjectCipher(vault, wrappingKey), new KeyedHash(lookup));

const ada: Profile = { givenName: 'Ada', phone: '+61400000001', email: 'ada@example.com', birthday: '1990-05-17' };
const card = (number: string): Card => ({ cardId: 'C1', kind: 'primary', number, issuedAt: now });

/** A member with this profile and one card, sealed under a key of their own. */
const sealedMember = async (secrets: MemberSecrets, profile: Profile): Promise<EnrolledMember> => {
  const keyId = await secrets.newKey();
  const { card: first } = await secrets.draftCard(keyId);
  const sealed = await secrets.sealProfile(keyId, profile);
  return after(enrolled({ keyId, ...sealed }), cardIssued('C1', { number: first.number })) as EnrolledMember;
};

describe('what is sealed', () => {
  it('opens again: profile, birthday by itself, card, text', async () => {
    const secrets = make();
    const member = await sealedMember(secrets, ada);
    expect(await secrets.openProfile(member)).toEqual(ada);
    expect(await secrets.openBirthday(member.keyId, member.birthday ?? '')).toBe('1990-05-17');
    const text = await secrets.sealText(member.keyId, 'a note');
    expect(await secrets.openText(member.keyId, text)).toBe('a note');
    expect(isCardNumber((await secrets.openCard(member.keyId, member.cards[0] as Card)) ?? '')).toBe(true);
  });

  it('holds no birthday for a member who tells none', async () => {
    const secrets = make();
    expect(await secrets.sealProfile(await secrets.newKey(), { givenName: 'Ada' })).toEqual({
      profile: expect.any(String) as string,
    });
  });

  it('cannot be moved to another member, nor to another field of the same', async () => {
    const secrets = make();
    const [one, two] = [await sealedMember(secrets, ada), await sealedMember(secrets, {})];
    await expect(secrets.openProfile({ ...two, profile: one.profile })).rejects.toThrow(EnvelopeRejected);
    await expect(secrets.openText(one.keyId, one.profile)).rejects.toThrow(EnvelopeRejected);
    await expect(secrets.openCard(one.keyId, card(one.birthday ?? ''))).rejects.toThrow(EnvelopeRejected);
  });

  it('names as much as can still be read where some of it is damaged, or its key is', async () => {
    const secrets = make();
    const member = await sealedMember(secrets, ada);
    const [ofCard] = await secrets.claimsOfCard(member.keyId, member.cards[0] as Card);
    expect(await secrets.claimsOf({ ...member, profile: 'AQgarbage' })).toEqual([ofCard]);
    expect(await secrets.claimsOf({ ...member, cards: [card('AQgarbage')] })).toEqual(secrets.claimsIn(ada));
    const vault = new MemoryKeyVault();
    await vault.create(member.keyId, 'AQgarbage');
    expect(await make(vault).claimsOf(member)).toEqual([]);
  });

  it('is lost with the key, and nothing more can be sealed', async () => {
    const secrets = make();
    const member = await sealedMember(secrets, ada);
    await secrets.destroyKey(member.keyId);
    expect(await secrets.openProfile(member)).toBeUndefined();
    expect(await secrets.claimsOf(member)).toEqual([]);
    await expect(secrets.sealText(member.keyId, 'too late')).rejects.toThrow(KeyDestroyed);
    await expect(secrets.sealProfile(member.keyId, ada)).rejects.toThrow(KeyDestroyed);
    await expect(secrets.draftCard(member.keyId)).rejects.toThrow(KeyDestroyed);
  });

  it('is under another key for every attempt to enrol', async () => {
    const secrets = make();
    const keys = await Promise.all(Array.from({ length: 50 }, () => secrets.newKey()));
    expect(new Set(keys).size).toBe(50);
  });
});

describe('names for identifiers', () => {
  const secrets = make();

  it('are the same after a restart, and others under another key', () => {
    const phone = { kind: 'phone', value: '+61400000001' } as const;
    expect(make().claimOf(phone)).toBe(secrets.claimOf(phone));
    expect(make(new MemoryKeyVault(), randomBytes(32)).claimOf(phone)).not.toBe(secrets.claimOf(phone));
  });

  it('tell the kind, and nothing of the value', () => {
    expect(secrets.claimsIn(ada)).toEqual([
      expect.stringMatching(/^phone:[A-Za-z0-9_-]{43}$/),
      expect.stringMatching(/^email:[A-Za-z0-9_-]{43}$/),
    ]);
    const [asPhone, asEmail] = [
      secrets.claimOf({ kind: 'phone', value: 'x' }),
      secrets.claimOf({ kind: 'email', value: 'x' }),
    ];
    expect(asPhone.slice('phone:'.length)).not.toBe(asEmail.slice('email:'.length));
    expect([isCardClaim('card:x'), isCardClaim('phone:x')]).toEqual([true, false]);
  });

  it('of a member are those of the profile and of every card that is not blocked', async () => {
    const member = await sealedMember(secrets, ada);
    const number = (await secrets.openCard(member.keyId, member.cards[0] as Card)) ?? '';
    const ofCard = secrets.claimOf({ kind: 'card', value: number });
    expect(new Set(await secrets.claimsOf(member))).toEqual(new Set([...secrets.claimsIn(ada), ofCard]));
    const blocked = {
      ...member,
      cards: member.cards.map((each) => ({ ...each, blocked: { at: now, reason: 'lost' } })),
    };
    expect(await secrets.claimsOf(blocked)).toEqual(secrets.claimsIn(ada));
  });
});

describe('ids and numbers made here', () => {
  const secrets = make();

  it('give a repeated request the same member, every other request another one', () => {
    const idFor = (credential: string, key: string) => secrets.memberIdFor({ credential, key, requestHash: 'any' });
    expect(idFor('till:S1/T1', 'k1')).toMatch(/^M[0-9A-V]{16}$/);
    expect(idFor('till:S1/T1', 'k1')).toBe(idFor('till:S1/T1', 'k1'));
    const ids = [
      idFor('till:S1/T1', 'k1'),
      idFor('till:S1/T1', 'k2'),
      idFor('till:S1/T2', 'k1'),
      idFor('till:S1/T1k', '1'),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('draw card numbers that do not follow from each other', async () => {
    const keyId = await secrets.newKey();
    const drafts = await Promise.all(Array.from({ length: 2_000 }, () => secrets.draftCard(keyId)));
    const numbers = await Promise.all(drafts.map((each) => secrets.openCard(keyId, card(each.card.number))));
    expect(new Set(numbers).size).toBe(2_000);
    expect(new Set(drafts.map((each) => each.card.cardId)).size).toBe(2_000);
    // 14 random digits of 2 000 numbers: each digit is expected 2 800 times, with a standard deviation of 50.
    const digits = numbers.flatMap((number) => [...(number ?? '').slice(1, -1)]);
    for (const digit of '0123456789') {
      const times = digits.filter((each) => each === digit).length;
      expect(Math.abs(times - 2_800)).toBeLessThan(6 * 50);
    }
  });

  it('name the card by its number', async () => {
    const keyId = await secrets.newKey();
    const { card: drafted, claim } = await secrets.draftCard(keyId);
    const value = (await secrets.openCard(keyId, card(drafted.number))) ?? '';
    expect(claim).toBe(secrets.claimOf({ kind: 'card', value }));
  });
});
