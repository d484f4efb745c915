import type { DynamicModule } from '@nestjs/common';
import { AccountModule, accountStreams } from '#libs/account/src/module';
import { memberProjections, MembersModule, memberStreams } from '#libs/members/src/module';
import { OrganisationModule, organisationStreams } from '#libs/organisation/src/module';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { catalogueOf, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { ProgrammeModule, programmeStreams } from '#libs/programme/src/module';

/** What the contexts need beyond the platform. */
export interface ContextNeeds {
  readonly adminTokenHash: string;
  readonly vault: KeyVault;
}

/** The contexts that commands work with, top of the river first. */
export const contextModules = ({ adminTokenHash, vault }: ContextNeeds): readonly DynamicModule[] => [
  OrganisationModule.forRoot({ adminTokenHash }),
  MembersModule.forRoot({ vault }),
  ProgrammeModule.forRoot(),
  AccountModule.forRoot(),
];

/** Every kind of stream in the log. */
export const streamKinds: readonly StreamKind[] = [
  ...organisationStreams,
  ...memberStreams,
  ...programmeStreams,
  ...accountStreams,
];

/** Every type of event in the log. */
export const catalogue = catalogueOf(streamKinds);

/** The read models, all contexts together. */
export const projections: readonly AnyProjection[] = [...memberProjections];
