import type { DynamicModule } from '@nestjs/common';
import { accountEvents, AccountModule } from '#libs/account/src/module';
import { memberEvents, memberProjections, MembersModule } from '#libs/members/src/module';
import { organisationEvents, OrganisationModule } from '#libs/organisation/src/module';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
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

/** The read models that they keep. */
export const projections: readonly AnyProjection[] = [...memberProjections];
