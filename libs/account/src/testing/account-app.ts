import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  MEMBER_PORT,
  MEMBER_TEXT_PORT,
  type MemberFacts,
  type MemberPort,
  type MemberTextPort,
} from '#libs/members/src/contract';
import { tokenFor, tokens } from '#libs/members/src/testing/members-app';
import { STORE_PORT, TILL_PORT, type Store, type StorePort, type TillPort } from '#libs/organisation/src/contract';
import { AUTHENTICATOR, type Authenticator, type Caller } from '#libs/platform/http/caller';
import { createEdge } from '#libs/platform/http/edge';
import type { Platform } from '#libs/platform/http/platform.module';
import type { Instant } from '#libs/platform/kernel/instant';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { RULEBOOKS, type RulebookPort, type Rulebooks } from '#libs/programme/src/contract';
import { on, programme } from '../domain/testing/scenario';

export { tokenFor };

/** Callers of every kind; those of one store belong to S1. */
export const by = {
  ...tokens,
  otherTill: tokenFor({ credential: 'till:S1/T2', roles: ['till'], scope: ['S1'], tillId: 'T2' }),
  tillOfS2: tokenFor({ credential: 'till:S2/T1', roles: ['till'], scope: ['S2'], tillId: 'T1' }),
};

const storeOf = (storeId: string): Store => ({
  storeId,
  name: storeId,
  region: 'VIC',
  timeZone: 'Australia/Melbourne',
  currency: storeId === 'S3' ? 'NZD' : 'AUD',
});

const chain = new Map(['S1', 'S2', 'S3'].map((storeId) => [storeId, storeOf(storeId)]));

/** Three stores with two tills each; S3 sells in another currency. */
const stores: StorePort & TillPort = {
  store: (storeId) => Promise.resolve(chain.get(storeId)),
  stores: () => Promise.resolve([...chain.values()]),
  till: (storeId, tillId) =>
    Promise.resolve(chain.has(storeId) && ['T1', 'T2'].includes(tillId) ? { storeId, tillId } : undefined),
};

/** Members M1 to M9, since 1 January 2026; each can be suspended or erased. */
export class Membership implements MemberPort, MemberTextPort {
  private readonly states = new Map<string, MemberFacts['state']>();

  set(memberId: string, state: MemberFacts['state']): void {
    this.states.set(memberId, state);
  }

  async member(memberId: string): Promise<MemberFacts | undefined> {
    if (!/^M\d+$/.test(memberId)) return undefined;
    return { memberId, state: this.states.get(memberId) ?? 'active', storeId: 'S1', enrolledAt: on('2026-01-01') };
  }

  async byIdentifier(): Promise<undefined> {
    return undefined;
  }

  async displayName(): Promise<undefined> {
    return undefined;
  }

  async seal(memberId: string, text: string): Promise<string | undefined> {
    const sealed = `sealed for ${memberId}: ${Buffer.from(text).toString('base64url')}`;
    return this.states.get(memberId) === 'erased' ? undefined : sealed;
  }

  async open(): Promise<undefined> {
    return undefined;
  }
}

/** A token says itself whose it is. */
const selfDescribing: Authenticator = {
  authenticate: (token) => Promise.resolve(JSON.parse(Buffer.from(token, 'base64url').toString()) as Caller),
};

@Module({})
class Neighbours {
  static with(values: ReadonlyMap<symbol, object>): DynamicModule {
    const providers = [...values].map(([provide, useValue]) => ({ provide, useValue }));
    return { module: Neighbours, global: true, providers, exports: [...values.keys()] };
  }
}

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** By whom and under which key; till T1 of S1 and a new key unless told. */
export interface CallOptions {
  readonly token?: string;
  readonly key?: string;
}

/** The context's module, given by the spec: helpers do not reach for modules. */
interface Door {
  forRoot(): DynamicModule;
}

/** A ticket of 70.00 in one line, sold by T1 of S1 at noon of 1 March 2026. */
export const ticket = (changes: object = {}): Record<string, unknown> => ({
  memberId: 'M1',
  storeId: 'S1',
  tillId: 'T1',
  ticketNo: '000123',
  businessDate: '2026-03-01',
  occurredAt: '2026-03-01T12:00:00+11:00',
  currency: 'AUD',
  lines: [{ lineNo: 1, sku: 'OIL5W30', category: 'oil', brand: 'X', quantity: 2, unitPriceMinor: 3500 }],
  tenders: [{ kind: 'card', amountMinor: 7000 }],
  ...changes,
});

/** A ticket of one line worth this many minor units. */
export const sale = (ticketNo: string, minor: number, changes: object = {}): Record<string, unknown> =>
  ticket({
    ticketNo,
    lines: [{ lineNo: 1, sku: 'A', grossMinor: minor }],
    tenders: [{ kind: 'card', amountMinor: minor }],
    ...changes,
  });

/** The account context over HTTP, by default in memory and at noon (Melbourne) of 1 March 2026. */
export class AccountApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly platform: Platform,
    readonly clock: VirtualClock,
    readonly members: Membership,
  ) {}

  static async start(door: Door, rulebooks: Rulebooks = programme()): Promise<AccountApp> {
    const clock = new VirtualClock(Date.parse('2026-03-01T12:00:00+11:00'));
    return AccountApp.over(door, memoryPlatform(clock), clock, rulebooks);
  }

  /** The context over a platform of the spec's own. */
  static async over(door: Door, platform: Platform, clock: VirtualClock, rulebooks: Rulebooks): Promise<AccountApp> {
    const members = new Membership();
    const rules: RulebookPort = { rulebooks: () => Promise.resolve(rulebooks) };
    const neighbours = new Map<symbol, object>([
      [AUTHENTICATOR, selfDescribing],
      [STORE_PORT, stores],
      [TILL_PORT, stores],
      [MEMBER_PORT, members],
      [MEMBER_TEXT_PORT, members],
      [RULEBOOKS, rules],
    ]);
    const app = await createEdge({ platform, contexts: [Neighbours.with(neighbours), door.forRoot()] });
    return new AccountApp(app, platform, clock, members);
  }

  /** Another process on the same log, with nothing in its memory. */
  async beside(door: Door, rulebooks: Rulebooks = programme()): Promise<AccountApp> {
    const { store, clock } = this.platform;
    const platform = { ...this.platform, runner: new CachedCommandRunner(store, clock) };
    return AccountApp.over(door, platform, this.clock, rulebooks);
  }

  moveTo(text: string): void {
    this.clock.moveTo(Date.parse(text));
  }

  get now(): Instant {
    return this.clock.now();
  }

  async call(
    method: 'GET' | 'POST',
    url: string,
    payload?: object,
    { token = by.till, key = randomUUID() }: CallOptions = {},
  ): Promise<Answered> {
    const reply = await this.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: reply.statusCode, body: reply.json() };
  }

  get(url: string, token?: string): Promise<Answered> {
    return this.call('GET', url, undefined, token === undefined ? {} : { token });
  }

  post(url: string, payload: object = {}, options?: CallOptions): Promise<Answered> {
    return this.call('POST', url, payload, options);
  }

  /** Books a sale of one line; throws unless it is booked. */
  async buy(ticketNo: string, minor: number, changes: object = {}): Promise<Answered> {
    const booked = await this.post('/v1/purchases', sale(ticketNo, minor, changes));
    if (booked.status !== 201) throw new Error(`not booked: ${booked.status} ${JSON.stringify(booked.body)}`);
    return booked;
  }

  /** How many events the log has. */
  async events(): Promise<number> {
    return (await this.platform.store.readAll({ xid: 0, position: 0 }, 10_000)).length;
  }

  /** What is available in a wallet. */
  async available(wallet = 'points', memberId = 'M1'): Promise<number> {
    const { body } = await this.get(`/v1/accounts/${memberId}`);
    const wallets = body['wallets'] as { code: string; available: number }[];
    return wallets.find(({ code }) => code === wallet)?.available ?? 0;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** A problem's type. */
export const problem = (code: string): string => `urn:regulars:problem:${code}`;

/** The paths that a 400 complains of. */
export const pathsOf = ({ body }: Answered): readonly string[] =>
  ((body['errors'] ?? []) as { path: string }[]).map(({ path }) => path);
