import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { createEdge } from '../edge';
import { PinoLogger } from '../logger';
import { ProbeModule } from './probe.module';

export interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly token?: string | null;
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
  readonly payload?: object | string;
}

/** An edge with nothing behind it but routes made for its own tests. */
export class Probe {
  /** What `/health/ready` asks for. */
  ready = true;
  readonly logged: string[] = [];
  app: NestFastifyApplication;

  static async open(trustedProxies: readonly string[] = []): Promise<Probe> {
    const probe = new Probe();
    probe.app = await createEdge({
      platform: { ...memoryPlatform(), ready: () => Promise.resolve(probe.ready) },
      contexts: [ProbeModule.forRoot()],
      trustedProxies,
      logger: new PinoLogger('info', { write: (line) => void probe.logged.push(line) }),
    });
    return probe;
  }

  async ask(url: string, { method, token = 'token-one', key = 'k1', headers, payload }: Sent = {}) {
    const reply = await this.app.inject({
      method: method ?? (payload === undefined ? 'GET' : 'POST'),
      url,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(key === null ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const json = reply.body === '' ? {} : reply.json<Record<string, unknown>>();
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, json };
  }

  /** The problem that a request is answered with; fails when the answer is no problem at all. */
  async problemOf(url: string, sent: Sent = {}) {
    const { status, headers, json } = await this.ask(url, sent);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    const code = String(json['type']).replace('urn:regulars:problem:', '');
    return { status, code, errors: json['errors'], headers, detail: json['detail'] };
  }
}
