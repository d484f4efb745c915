import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AUTHENTICATOR } from '#libs/platform/http/caller';
import { ADMIN_TOKEN_HASH, METRICS_TOKEN_HASH, OrganisationAuthenticator } from './authenticator';
import { allDesks, servedAt, STORE_PORT, TILL_PORT, type Desk } from './contract';
import { Directory } from './directory';
import { DismissalHandler } from './dismissal.handler';
import { PasswordsController, SessionsController, StaffController } from './http/staff.controller';
import { StoresController } from './http/stores.controller';
import { ListStoresHandler } from './http/stores.query';
import { PasswordHandler } from './password.handler';
import { RepeatedPasswords } from './repeated-passwords';
import { SignInHandler } from './sign-in.handler';
import { SignOutHandler } from './sign-out.handler';
import { StaffHandler } from './staff.handler';
import { StoreHandler } from './stores.handler';
import { TillHandler } from './tills.handler';

export { credentialStreams, organisationStreams } from './streams';
export { StoreRequest } from './stores.handler';
export { TillRequest } from './tills.handler';

/** Settings of the context. */
export interface OrganisationSettings {
  /** Hash of head office's own token, see `tokenHash`. */
  readonly adminTokenHash: string;
  /** Hash of the token with which monitoring reads measurements. */
  readonly metricsTokenHash?: string;
  /** Whose routes are served; every desk's unless told. */
  readonly desks?: readonly Desk[];
}

/** Stores, tills, staff and sessions; authenticates every caller. */
@Module({})
export class OrganisationModule {
  static forRoot({ adminTokenHash, metricsTokenHash, desks = allDesks }: OrganisationSettings): DynamicModule {
    return {
      module: OrganisationModule,
      global: true,
      controllers: servedAt<Type>(desks, {
        till: [SessionsController, PasswordsController],
        office: [StoresController, StaffController, SessionsController, PasswordsController],
      }),
      providers: [
        Directory,
        StoreHandler,
        TillHandler,
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
      exports: [AUTHENTICATOR, STORE_PORT, TILL_PORT],
    };
  }
}
