import { Inject, Injectable } from '@nestjs/common';
import { hashPassword, passwordHolds } from '#libs/platform/crypto/passwords';
import { STORE_PORT, type StorePort } from './contract';
import type { StoreScope } from './domain/roles';
import type { StaffContext } from './domain/staff.commands';
import type { StaffState } from './domain/staff.decider';
import type { StaffEngaged } from './domain/staff.events';
import { StaffNames } from './staff-names';

/** Someone to engage: their particulars, the name and the password in clear, neither of which goes into the log so. */
export interface NewStaff extends Omit<StaffEngaged, 'passwordHash' | 'keyId'> {
  readonly password: string;
}

/** What is said of someone, as it goes into the log and against what the log says of them. */
@Injectable()
export class StaffParticulars {
  constructor(
    @Inject(STORE_PORT) private readonly stores: StorePort,
    @Inject(StaffNames) private readonly names: StaffNames,
  ) {}

  /** As they go into the log: the password hashed, the name sealed under a key of its own. */
  async conceal({ password, ...staff }: NewStaff): Promise<StaffEngaged & { readonly keyId: string }> {
    return { ...staff, passwordHash: await hashPassword(password), ...(await this.names.seal(staff.name)) };
  }

  /** Destroys the key that was made for somebody who was not engaged. */
  drop({ keyId }: { readonly keyId: string }): Promise<void> {
    return this.names.forget(keyId);
  }

  /** How they stand to what is known. */
  async against({ staff: known }: StaffState, staff: NewStaff): Promise<StaffContext> {
    return {
      passwordHolds: known !== undefined && (await passwordHolds(known.passwordHash, staff.password)),
      nameHolds: known !== undefined && (await this.names.open(known)) === staff.name,
      ...(await this.unknownStore(staff.storeIds)),
    };
  }

  private async unknownStore(storeIds: StoreScope): Promise<{ unknownStore?: string }> {
    if (storeIds === 'all') return {};
    const open = new Set((await this.stores.stores()).map((store) => store.storeId));
    const unknownStore = storeIds.find((storeId) => !open.has(storeId));
    return unknownStore === undefined ? {} : { unknownStore };
  }
}
