import { Inject, Injectable } from '@nestjs/common';
import type { Outcome } from '#libs/platform/runtime/command-runner';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import { forgetStaff, type ForgetName } from './policies/forget-staff.policy';
import { StaffNames } from './staff-names';

/** The policies of the context. */
export const organisationPolicies: readonly AnyPolicy<ForgetName>[] = [forgetStaff];

/** Does what the policies of the context ask for. */
@Injectable()
export class OrganisationReactions {
  constructor(@Inject(StaffNames) private readonly names: StaffNames) {}

  /** Rejects with `StoreUnavailable`: then it is to be tried again. */
  readonly dispatch = async ({ keyId }: ForgetName): Promise<Outcome<string>> => {
    await this.names.forget(keyId);
    return { kind: 'answered', status: 200, body: '{}', replayed: false };
  };
}
