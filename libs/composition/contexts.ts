import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import {
  AccountModule,
  accountPolicies,
  accountProjections,
  AccountReactions,
  accountStreams,
  accountTimers,
} from '#libs/account/src/module';
import {
  memberPolicies,
  memberProjections,
  MemberReactions,
  MembersModule,
  memberStreams,
  memberTimers,
} from '#libs/members/src/module';
import {
  credentialStreams,
  OrganisationModule,
  organisationPolicies,
  OrganisationReactions,
  organisationStreams,
} from '#libs/organisation/src/module';
import { allDesks, type Desk } from '#libs/organisation/src/contract';
import { allReactions, reactionsOf, type Reactions } from '#libs/platform/app/reactions';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import { dueTimersOf } from '#libs/platform/read-models/due-timers';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { catalogueOf, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { ProgrammeModule, programmeStreams } from '#libs/programme/src/module';

/** What the contexts need beyond the platform. */
export interface ContextNeeds {
  readonly adminTokenHash: string;
  readonly metricsTokenHash?: string;
  readonly vault: KeyVault;
  /** Whose routes are served; every desk's unless told. */
  readonly desks?: readonly Desk[];
}

/** Every context, top of the river first. */
export const contextModules = ({ vault, desks = allDesks, ...tokens }: ContextNeeds): readonly DynamicModule[] => [
  OrganisationModule.forRoot({ ...tokens, vault, desks }),
  MembersModule.forRoot({ vault, desks }),
  ProgrammeModule.forRoot(desks),
  AccountModule.forRoot(desks),
];

/** Every kind of stream that they write. */
export const streamKinds: readonly StreamKind[] = [
  ...organisationStreams,
  ...memberStreams,
  ...programmeStreams,
  ...accountStreams,
];

/**
 * Kinds of streams of which the next process must know at once what one was told: those that concern one member, and those
 * that say who is let in. The log may be read late, as it waits for every open transaction; a token that has ended must
 * not. What else all share reaches every process over the log.
 */
export const watchedCategories: ReadonlySet<string> = new Set(
  [...memberStreams, ...accountStreams, ...credentialStreams].map(({ category }) => category),
);

/** Every type of event that they state. */
export const catalogue = catalogueOf(streamKinds);

/** The read models that they keep, and the list of what falls due. */
export const projections: readonly AnyProjection[] = [
  ...memberProjections,
  ...accountProjections,
  dueTimersOf([...memberTimers, ...accountTimers]),
];

/** What they do by themselves. */
export const reactionsIn = (app: INestApplicationContext): Reactions =>
  allReactions([
    reactionsOf({ policies: organisationPolicies, timers: [], dispatch: app.get(OrganisationReactions).dispatch }),
    reactionsOf({ policies: memberPolicies, timers: memberTimers, dispatch: app.get(MemberReactions).dispatch }),
    reactionsOf({ policies: accountPolicies, timers: accountTimers, dispatch: app.get(AccountReactions).dispatch }),
  ]);
