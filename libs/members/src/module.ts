import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { allDesks, servedAt, type Desk } from '#libs/organisation/src/contract';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import type { EventStore } from '#libs/platform/event-store/event-store';
import { CLOCK, COMMAND_RUNNER, EVENT_STORE, MASTER_KEY } from '#libs/platform/http/platform.module';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner } from '#libs/platform/runtime/command-runner';
import { BirthdaySweep } from './birthday-sweep';
import { CardHandler } from './cards.handler';
import { ConsentHandler } from './consents.handler';
import { MEMBER_PORT, MEMBER_TEXT_PORT } from './contract';
import { EnrolmentHandler } from './enrolment.handler';
import { ErasureHandler } from './erasure.handler';
import { LookUpMemberHandler } from './http/lookup.query';
import { MemberAccess } from './http/member-access';
import { MemberRequests } from './http/member-requests';
import { ShowMemberHandler } from './http/member.query';
import { MembersController } from './http/members.controller';
import { IssuedCards } from './issued-cards';
import { MemberDirectory } from './member-directory';
import { memberPolicies, MemberReactions, memberTimers } from './member-reactions';
import { MemberSecrets } from './member-secrets';
import { MemberStreams } from './member-streams';
import { BirthdayRows } from './read/birthday-rows';
import { memberBirthdays } from './read/member-birthdays.projection';
import { membersByStore } from './read/members-by-store.projection';
import { ListMembersHandler } from './read/members-by-store.query';
import { ProfileHandler } from './profile.handler';
import { StandingHandler } from './standing.handler';

export { Enrolment } from './enrolment.handler';
export { newMember } from './http/members.schemas';
export { memberPolicies, MemberReactions, memberTimers };
export { memberStreams } from './streams';

/** Settings of the context. */
export interface MembersSettings {
  /** Where the members' wrapped data keys live. */
  readonly vault: KeyVault;
  /** Whose routes are served; every desk's unless told. */
  readonly desks?: readonly Desk[];
}

/** The read models of this context, to be kept up to date by a process that projects. */
export const memberProjections: readonly AnyProjection[] = [membersByStore, memberBirthdays];

const secrets = (vault: KeyVault): Provider => ({
  provide: MemberSecrets,
  inject: [MASTER_KEY],
  useFactory: (masterKey: MasterKey) => MemberSecrets.of(masterKey, vault),
});

const streams: Provider = {
  provide: MemberStreams,
  inject: [COMMAND_RUNNER, EVENT_STORE, CLOCK, MemberSecrets],
  useFactory: (runner: CommandRunner, store: EventStore, clock: Clock, opened: MemberSecrets) =>
    new MemberStreams(runner, store, clock, opened),
};

/** Members: enrolment, profile, cards, consents, erasure. Everything personal is sealed per member. */
@Module({})
export class MembersModule {
  static forRoot({ vault, desks = allDesks }: MembersSettings): DynamicModule {
    return {
      module: MembersModule,
      global: true,
      controllers: servedAt<Type>(desks, { till: [MembersController], office: [MembersController] }),
      providers: [
        secrets(vault),
        streams,
        MemberDirectory,
        IssuedCards,
        BirthdayRows,
        BirthdaySweep,
        MemberReactions,
        MemberAccess,
        MemberRequests,
        EnrolmentHandler,
        ProfileHandler,
        CardHandler,
        ConsentHandler,
        StandingHandler,
        ErasureHandler,
        ShowMemberHandler,
        LookUpMemberHandler,
        ListMembersHandler,
        { provide: MEMBER_PORT, useExisting: MemberDirectory },
        { provide: MEMBER_TEXT_PORT, useExisting: MemberDirectory },
      ],
      exports: [MEMBER_PORT, MEMBER_TEXT_PORT, MemberReactions],
    };
  }
}
