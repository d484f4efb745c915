import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { tokenHash } from '#libs/platform/crypto/tokens';
import { createEdge } from '#libs/platform/http/edge';
import type { Platform } from '#libs/platform/http/platform.module';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { OrganisationModule } from '../module';

export const ADMIN = 'admin-token-of-this-test';

export const S1 = {
  storeId: 'S1',
  name: 'Collins Street',
  region: 'VIC',
  timeZone: 'Australia/Melbourne',
  currency: 'AUD',
};

export const kim = { staffId: 'C1', name: 'Kim Ng', roles: ['cashier'], storeIds: ['S1'], password: 'correct horse' };

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** The code of a problem. */
export const codeOf = ({ body }: Answered): string => String(body['type']).replace('urn:regulars:problem:', '');

/** The context on its own behind a real edge, on a log in memory. */
export class Chain {
  private keys = 0;

  private constructor(
    readonly platform: Platform,
    readonly vault: MemoryKeyVault,
    readonly app: NestFastifyApplication,
  ) {}

  static async open(platform: Platform = memoryPlatform(), vault = new MemoryKeyVault()): Promise<Chain> {
    const contexts = [OrganisationModule.forRoot({ adminTokenHash: tokenHash(ADMIN), vault })];
    return new Chain(platform, vault, await createEdge({ platform, contexts }));
  }

  /** The same log served by a new process. */
  async restart(): Promise<Chain> {
    await this.app.close();
    const { store, clock } = this.platform;
    return Chain.open({ ...this.platform, runner: new CachedCommandRunner(store, clock) }, this.vault);
  }

  /** The key of the last request that named none. */
  get lastKey(): string {
    return `k${this.keys}`;
  }

  get(url: string, token = ADMIN): Promise<Answered> {
    return this.send('GET', url, { token });
  }

  post(
    url: string,
    payload?: object,
    { token = ADMIN, key }: { token?: string; key?: string } = {},
  ): Promise<Answered> {
    this.keys += 1;
    return this.send('POST', url, { token, key: key ?? this.lastKey, ...(payload === undefined ? {} : { payload }) });
  }

  /** Opens a store and registers a till there; answers the till's token. */
  async newTill(tillId = 'T1', storeId = 'S1'): Promise<string> {
    await this.post('/v1/stores', { ...S1, storeId });
    return String((await this.post(`/v1/stores/${storeId}/tills`, { tillId })).body['token']);
  }

  /** Signs in; answers the session's token. */
  async session(staffId: string, password = kim.password): Promise<string> {
    return String((await this.post('/v1/sessions', { staffId, password })).body['token']);
  }

  private async send(
    method: 'GET' | 'POST',
    url: string,
    { token, key, payload }: { token: string; key?: string; payload?: object },
  ): Promise<Answered> {
    const headers = { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const reply = await this.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    return { status: reply.statusCode, body: reply.json() };
  }
}
