import { Inject, Injectable } from '@nestjs/common';
import type { Outcome } from '#libs/platform/runtime/command-runner';
import type { Origin } from '#libs/platform/runtime/dispatch';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import type { AnyTimer } from '#libs/platform/runtime/timer';
import { BirthdaySweep } from './birthday-sweep';
import { MemberSecrets } from './member-secrets';
import { forgetMembers, type DestroyKey } from './policies/forget-members.policy';
import { stateBirthdays, type StateBirthdays } from './policies/state-birthdays.timer';

/** What this context does by itself: because of a fact or because of the time. */
export type MemberReaction = DestroyKey | StateBirthdays;

/** The policies of the context. */
export const memberPolicies: readonly AnyPolicy<MemberReaction>[] = [forgetMembers];

/** The timers of the context. */
export const memberTimers: readonly AnyTimer<MemberReaction>[] = [stateBirthdays];

/** Does what the policies and timers of the context ask for. */
@Injectable()
export class MemberReactions {
  constructor(
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
    @Inject(BirthdaySweep) private readonly birthdays: BirthdaySweep,
  ) {}

  /** Rejects with `StoreUnavailable`: then it is to be tried again. */
  readonly dispatch = async (command: MemberReaction, origin: Origin): Promise<Outcome<string>> => {
    if (command.type === 'StateBirthdays') return this.birthdays.state(command, origin);
    await this.secrets.destroyKey(command.keyId);
    return { kind: 'answered', status: 200, body: '{}', replayed: false };
  };
}
