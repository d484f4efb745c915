import { Inject, Injectable } from '@nestjs/common';
import type { MemberFacts, MemberPort, MemberTextPort } from './contract';
import { readIdentifier } from './domain/identifiers';
import { isEnrolled } from './domain/member';
import { displayNameOf } from './domain/profiles';
import { MemberSecrets } from './member-secrets';
import { MemberStreams } from './member-streams';

/** Members for the contexts downstream, answered from the folds of their streams. */
@Injectable()
export class MemberDirectory implements MemberPort, MemberTextPort {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
  ) {}

  async member(memberId: string): Promise<MemberFacts | undefined> {
    const member = await this.streams.current(memberId);
    if (member.state === 'none') return undefined;
    return { memberId, state: member.state, storeId: member.storeId, enrolledAt: member.enrolledAt };
  }

  async byIdentifier(text: string): Promise<string | undefined> {
    const identifier = readIdentifier(text);
    return identifier === undefined ? undefined : this.streams.holderOf(identifier);
  }

  async displayName(memberId: string): Promise<string | undefined> {
    const member = await this.streams.current(memberId);
    if (!isEnrolled(member)) return undefined;
    const profile = await this.secrets.openProfile(member);
    return profile === undefined ? undefined : displayNameOf(profile);
  }

  async seal(memberId: string, text: string): Promise<string | undefined> {
    const member = await this.streams.current(memberId);
    return isEnrolled(member) ? this.secrets.sealText(member.keyId, text) : undefined;
  }

  async open(memberId: string, sealed: string): Promise<string | undefined> {
    const member = await this.streams.current(memberId);
    return isEnrolled(member) ? this.secrets.openText(member.keyId, sealed) : undefined;
  }
}
