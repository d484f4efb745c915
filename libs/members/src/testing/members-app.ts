import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { STORE_PORT, type Store, type StorePort } from '#libs/organisation/src/contract';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { AUTHENTICATOR, type Authenticator, type Caller } from '#libs/platform/http/caller';
import { createEdge } from '#libs/platform/http/edge';
import type { Platform } from '#libs/platform/http/platform.module';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { now } from './member.fixtures';

const storeOf = (storeId: string): Store => ({
  storeId,
  name: storeId,
  timeZone: 'Australia/Melbourne',
  currency: 'AUD',
});

/** A chain of two stores. */
export const twoStores: StorePort = {
  store: (storeId) => Promise.resolve(['S1', 'S2'].includes(storeId) ? storeOf(storeId) : undefined),
  stores: () => Promise.resolve([storeOf('S1'), storeOf('S2')]),
};

/** A token that says itself whose it is: who a caller may be is the business of these tests, tokens are not. */
export const tokenFor = (caller: Caller): string => Buffer.from(JSON.stringify(caller)).toString('base64url');

const selfDescribing: Authenticator = {
  authenticate: (token) => Promise.resolve(JSON.parse(Buffer.from(token, 'base64url').toString()) as Caller),
};

const staff = (role: string, scope: Caller['scope'] = 'all'): string =>
  tokenFor({ credential: `staff:${role}`, roles: [role], scope, staffId: role });

/** Callers of every kind; those of one store belong to S1. */
export const tokens = {
  headOffice: staff('headOffice'),
  careAgent: staff('careAgent'),
  auditor: staff('auditor'),
  marketer: staff('marketer'),
  storeManager: staff('storeManager', ['S1']),
  otherManager: staff('storeManager', ['S2']),
  cashier: staff('cashier', ['S1']),
  till: tokenFor({ credential: 'till:S1/T1', roles: ['till'], scope: ['S1'], tillId: 'T1' }),
  member: (memberId: string) => tokenFor({ credential: `member:${memberId}`, roles: ['member'], scope: [], memberId }),
};

@Module({})
class Neighbours {
  static with(providers: NonNullable<DynamicModule['providers']>): DynamicModule {
    const all = [
      { provide: AUTHENTICATOR, useValue: selfDescribing },
      { provide: STORE_PORT, useValue: twoStores },
      ...providers,
    ];
    const exports = all.map((each) => (each as { provide: symbol }).provide);
    return { module: Neighbours, global: true, providers: all, exports };
  }
}

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** By whom and under which key; head office and a new key unless told. */
interface CallOptions {
  readonly token?: string;
  readonly key?: string;
}

export interface MembersAppParts {
  readonly platform?: Platform;
  readonly vault?: KeyVault;
  readonly providers?: NonNullable<DynamicModule['providers']>;
}

/** The context's module, given by the spec: helpers do not reach for modules. */
interface Door {
  forRoot(settings: { readonly vault: KeyVault }): DynamicModule;
}

/** The members context over HTTP, by default in memory and at a fixed time. */
export class MembersApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly platform: Platform,
    readonly vault: KeyVault,
  ) {}

  static async start(door: Door, parts: MembersAppParts = {}): Promise<MembersApp> {
    const platform = parts.platform ?? memoryPlatform(new VirtualClock(now));
    const vault = parts.vault ?? new MemoryKeyVault();
    const contexts = [Neighbours.with(parts.providers ?? []), door.forRoot({ vault })];
    return new MembersApp(await createEdge({ platform, contexts }), platform, vault);
  }

  async call(
    method: 'GET' | 'POST' | 'PATCH',
    url: string,
    payload?: object,
    { token = tokens.headOffice, key = randomUUID() }: CallOptions = {},
  ): Promise<Answered> {
    const reply = await this.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: reply.statusCode, body: reply.json() };
  }

  /** Enrols someone and gives back what was answered. */
  async enrol(parts: object = {}, options: CallOptions = {}): Promise<Enrolled> {
    const { status, body } = await this.call(
      'POST',
      '/v1/members',
      { storeId: 'S1', channel: 'till', profile: {}, ...parts },
      options,
    );
    if (status !== 201) throw new Error(`not enrolled: ${status} ${JSON.stringify(body)}`);
    return body as unknown as Enrolled;
  }

  lookUp(identifier: string, token = tokens.till): Promise<Answered> {
    return this.call('POST', '/v1/members/lookup', { identifier }, { token });
  }
}

export interface Enrolled {
  readonly memberId: string;
  readonly cards: readonly [{ readonly cardId: string; readonly number: string; readonly kind: string }];
}
