import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import {
  accountEvents,
  AccountModule,
  accountPolicies,
  AccountReactions,
  accountTimers,
} from '#libs/account/src/module';
import {
  memberEvents,
  memberPolicies,
  memberProjections,
  MemberReactions,
  MembersModule,
  memberTimers,
} from '#libs/members/src/module';
import { organisationEvents, OrganisationModule } from '#libs/organisation/src/module';
import { allReactions, reactionsOf, type Reactions } from '#libs/platform/app/reactions';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { dueTimersOf } from '#libs/platform/read-models/due-timers';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { programmeEvents, ProgrammeModule } from '#libs/programme/src/module';

/** What the contexts need beyond the platform. */
export interface ContextNeeds {
  readonly adminTokenHash: string;
  readonly vault: KeyVault;
}

/** The contexts this server lists, top of the river first. */
export const contextModules = ({ adminTokenHash, vault }: ContextNeeds): readonly DynamicModule[] => [
  OrganisationModule.forRoot({ adminTokenHash }),
  MembersModule.forRoot({ vault }),
  ProgrammeModule.forRoot(),
  AccountModule.forRoot(),
];

/** Every type of event that they state. */
export const catalogue = new EventCatalogue(
  [organisationEvents, memberEvents, programmeEvents, accountEvents].flatMap((each) => each.all()),
);

/** The read models that they keep, and the list of what falls due. */
export const projections: readonly AnyProjection[] = [
  ...memberProjections,
  dueTimersOf([...memberTimers, ...accountTimers]),
];

/** What they do by themselves. */
export const reactionsIn = (app: INestApplicationContext): Reactions =>
  allReactions([
    reactionsOf({ policies: memberPolicies, timers: memberTimers, dispatch: app.get(MemberReactions).dispatch }),
    reactionsOf({ policies: accountPolicies, timers: accountTimers, dispatch: app.get(AccountReactions).dispatch }),
  ]);
