import { randomInt, randomUUID } from 'node:crypto';
import { EnvelopeRejected } from '#libs/platform/crypto/envelope';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import { KeyedHash } from '#libs/platform/crypto/keyed-hash';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import { SubjectCipher } from '#libs/platform/crypto/subject-cipher';
import type { Idempotency } from '#libs/platform/runtime/command-runner';
import { joined } from '#libs/platform/runtime/deterministic-id';
import { cardNumber, RANDOM_DIGITS } from './domain/card-numbers';
import type { Identifier } from './domain/identifiers';
import type { Card, EnrolledMember } from './domain/member';
import type { NewCard, Sealed } from './domain/member.commands';
import { identifiersIn, type Profile } from './domain/profiles';

/** The member's data key is destroyed, which an erasure does: what was to be sealed must not be kept. */
export class KeyDestroyed extends Error {
  constructor() {
    super('The data key of this member is destroyed.');
    this.name = 'KeyDestroyed';
  }
}

const unlessDamaged = async <T>(opened: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await opened;
  } catch (error) {
    if (error instanceof EnvelopeRejected) return otherwise;
    throw error;
  }
};

/** True for the name of a card's number. */
export const isCardClaim = (name: string): boolean => name.startsWith('card:');

/** A profile as it goes into the log. */
export interface SealedProfile {
  readonly profile: Sealed;
  readonly birthday?: Sealed;
}

/** A card about to be issued, with the name its number takes. */
export interface DraftedCard {
  readonly card: NewCard;
  readonly claim: string;
}

/**
 * Everything personal passes here: into the log only sealed under the member's own key, into the table of claimed names
 * only as keyed hash. Sealing throws {@link KeyDestroyed} after an erasure; opening then answers `undefined`.
 */
export class MemberSecrets {
  constructor(
    private readonly cipher: SubjectCipher,
    private readonly lookup: KeyedHash,
  ) {}

  /** With the keys that are derived from the master key for each use. */
  static of(masterKey: MasterKey, vault: KeyVault): MemberSecrets {
    const cipher = new SubjectCipher(vault, masterKey.derive('key-wrapping'));
    return new MemberSecrets(cipher, new KeyedHash(masterKey.derive('identifier-lookup')));
  }

  /** Makes a data key under a random id, so that two attempts to enrol the same person never share one. */
  async newKey(): Promise<string> {
    const keyId = randomUUID();
    await this.cipher.createKey(keyId);
    return keyId;
  }

  /** Makes everything sealed under this key unreadable for ever. */
  destroyKey(keyId: string): Promise<void> {
    return this.cipher.destroyKey(keyId);
  }

  async sealProfile(keyId: string, profile: Profile): Promise<SealedProfile> {
    const sealed = await this.seal(keyId, 'profile', JSON.stringify(profile));
    if (profile.birthday === undefined) return { profile: sealed };
    return { profile: sealed, birthday: await this.seal(keyId, 'birthday', profile.birthday) };
  }

  async openProfile({ keyId, profile }: EnrolledMember): Promise<Profile | undefined> {
    const text = await this.cipher.open(keyId, 'profile', profile);
    return text === undefined ? undefined : (JSON.parse(text) as Profile);
  }

  /** `YYYY-MM-DD`. */
  openBirthday(keyId: string, birthday: Sealed): Promise<string | undefined> {
    return this.cipher.open(keyId, 'birthday', birthday);
  }

  sealText(keyId: string, text: string): Promise<Sealed> {
    return this.seal(keyId, 'text', text);
  }

  openText(keyId: string, text: Sealed): Promise<string | undefined> {
    return this.cipher.open(keyId, 'text', text);
  }

  /** A card with a number that nobody can guess from other numbers. */
  async draftCard(keyId: string): Promise<DraftedCard> {
    const digits = Array.from({ length: RANDOM_DIGITS }, () => randomInt(10)).join('');
    const value = cardNumber(digits);
    const number = await this.seal(keyId, 'card', value);
    return { card: { cardId: randomUUID(), number }, claim: this.claimOf({ kind: 'card', value }) };
  }

  openCard(keyId: string, card: Card): Promise<string | undefined> {
    return this.cipher.open(keyId, 'card', card.number);
  }

  /**
   * The id of a member whose enrolment named none: `M` and 80 bits. It follows from the idempotency key, so that a
   * repeated request finds the very member that the first one made.
   */
  memberIdFor({ credential, key }: Idempotency): string {
    const digest = Buffer.from(this.lookup.of(joined('member', credential, key)), 'base64url');
    return `M${BigInt(`0x${digest.toString('hex', 0, 10)}`)
      .toString(32)
      .toUpperCase()
      .padStart(16, '0')}`;
  }

  /** The name that an identifier takes across all members: its kind and a keyed hash. */
  claimOf({ kind, value }: Identifier): string {
    return `${kind}:${this.lookup.of(`${kind}:${value}`)}`;
  }

  /** The names that a profile takes. */
  claimsIn(profile: Profile): readonly string[] {
    return identifiersIn(profile).map((each) => this.claimOf(each));
  }

  /** The name that a card holds. Empty when its number cannot be read any more. */
  async claimsOfCard(keyId: string, card: Card): Promise<readonly string[]> {
    const value = await this.openCard(keyId, card);
    return value === undefined ? [] : [this.claimOf({ kind: 'card', value })];
  }

  /**
   * Every name that a member holds, as far as it can be told: what was sealed and is damaged names nobody any more, which
   * must not keep the member from being forgotten.
   */
  async claimsOf(member: EnrolledMember): Promise<readonly string[]> {
    const open = member.cards.filter((card) => card.blocked === undefined);
    const cards = open.map((card) => unlessDamaged(this.claimsOfCard(member.keyId, card), []));
    const profile = await unlessDamaged(this.openProfile(member), undefined);
    return [...(await Promise.all(cards)).flat(), ...this.claimsIn(profile ?? {})];
  }

  private async seal(keyId: string, field: string, text: string): Promise<Sealed> {
    const sealed = await this.cipher.seal(keyId, field, text);
    if (sealed === undefined) throw new KeyDestroyed();
    return sealed;
  }
}
