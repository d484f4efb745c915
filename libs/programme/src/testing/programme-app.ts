import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AUTHENTICATOR, type Authenticator, type Caller } from '#libs/platform/http/caller';
import { createEdge } from '#libs/platform/http/edge';
import type { Platform } from '#libs/platform/http/platform.module';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';

/** Tokens here are roles, perhaps of one store (`marketer~S1`): who a caller may be is the business of these tests. */
const roleAsToken: Authenticator = {
  authenticate: (token) => {
    const [role = '', store] = token.split('~');
    return Promise.resolve<Caller>({ credential: token, roles: [role], scope: store === undefined ? 'all' : [store] });
  },
};

@Module({
  providers: [{ provide: AUTHENTICATOR, useValue: roleAsToken }],
  exports: [AUTHENTICATOR],
})
class AnyRole {}

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** The context's module, given by the spec: helpers do not reach for modules. */
interface Door {
  forRoot(): DynamicModule;
}

/** The programme context over HTTP, in memory, on a clock that stands still. */
export class ProgrammeApp {
  readonly clock = new VirtualClock(Date.parse('2026-03-01T00:00:00Z'));
  readonly platform: Platform = memoryPlatform(this.clock);

  private constructor(private app: NestFastifyApplication | undefined) {}

  static async start(door: Door): Promise<ProgrammeApp> {
    const started = new ProgrammeApp(undefined);
    const anyRole: DynamicModule = { module: AnyRole, global: true };
    started.app = await createEdge({ platform: started.platform, contexts: [anyRole, door.forRoot()] });
    return started;
  }

  /** A call by a role; under a new key unless told. */
  async call(
    method: 'GET' | 'POST',
    url: string,
    payload?: object,
    { role = 'headOffice', key = randomUUID() }: { readonly role?: string; readonly key?: string } = {},
  ): Promise<Answered> {
    const reply = await this.app!.inject({
      method,
      url,
      headers: { authorization: `Bearer ${role}`, 'idempotency-key': key },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: reply.statusCode, body: reply.json() };
  }

  async close(): Promise<void> {
    await this.app?.close();
  }
}
