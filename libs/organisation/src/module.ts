import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import { AUTHENTICATOR } from '#libs/platform/http/caller';
import { MASTER_KEY } from '#libs/platform/http/platform.module';
import { ADMIN_TOKEN_HASH, METRICS_TOKEN_HASH, OrganisationAuthenticator } from './authenticator';
import { allDesks, servedAt, STORE_PORT, TILL_PORT, type Desk } from './contract';
import { Directory } from './directory';
import { DismissalHandler } from './dismissal.handler';
import { PasswordsController, SessionsController, StaffController } from './http/staff.controller';
import { StoresController } from './http/stores.controller';
import { ListStoresHandler } from './http/stores.query';
import { organisationPolicies, OrganisationReactions } from './organisation-reactions';
import { PasswordHandler } from './password.handler';
import { RepeatedPasswords } from './repeated-passwords';
import { StaffNames } from './staff-names';
import { StaffParticulars } from './staff-particulars';
import { SignInHandler } from './sign-in.handler';
import { SignOutHandler } from './sign-out.handler';
import { StaffHandler } from './staff.handler';
import { StoreHandler } from './stores.handler';
import { TillHandler } from './tills.handler';

export { organisationPolicies, OrganisationReactions };
export { credentialStreams, organisationStreams } from './streams';
export { StoreRequest } from './stores.handler';
export { TillRequest } from './tills.handler';

/** Settings of the context. */
export interface OrganisationSettings {
  /** Where the wrapped data keys of staff's names live. */
  readonly vault: KeyVault;
  /** Hash of head office's own token, see `tokenHash`. */
  readonly adminTokenHash: string;
  /** Hash of the token with which monitoring reads measurements. */
  readonly metricsTokenHash?: string;
  /** Whose routes are served; every desk's unless told. */
  readonly desks?: readonly Desk[];
}

const names = (vault: KeyVault): Provider => ({
  provide: StaffNames,
  inject: [MASTER_KEY],
  useFactory: (masterKey: MasterKey) => StaffNames.of(masterKey, vault),
});

/** Stores, tills, staff and sessions; authenticates every caller. */
@Module({})
export class OrganisationModule {
  static forRoot({ vault, adminTokenHash, metricsTokenHash, desks = allDesks }: OrganisationSettings): DynamicModule {
    return {
      module: OrganisationModule,
      global: true,
      controllers: servedAt<Type>(desks, {
        till: [SessionsController, PasswordsController],
        office: [StoresController, StaffController, SessionsController, PasswordsController],
      }),
      providers: [
        names(vault),
        OrganisationReactions,
        Directory,
        StoreHandler,
        TillHandler,
        StaffParticulars,
        StaffHandler,
        SignInHandler,
        SignOutHandler,
        PasswordHandler,
        DismissalHandler,
        RepeatedPasswords,
        ListStoresHandler,
        { provide: ADMIN_TOKEN_HASH, useValue: adminTokenHash },
        { provide: METRICS_TOKEN_HASH, useValue: metricsTokenHash ?? null },
        { provide: AUTHENTICATOR, useClass: OrganisationAuthenticator },
        { provide: STORE_PORT, useExisting: Directory },
        { provide: TILL_PORT, useExisting: Directory },
      ],
      exports: [AUTHENTICATOR, STORE_PORT, TILL_PORT, OrganisationReactions],
    };
  }
}
