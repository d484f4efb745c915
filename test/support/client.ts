import { randomUUID } from 'node:crypto';

/** What the server answered. */
export interface Reply<T> {
  readonly status: number;
  readonly body: T;
  /** The body as it was sent. */
  readonly text: string;
  readonly headers: Headers;
}

/** An RFC 9457 problem. */
export interface ProblemBody {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** A request besides its address. */
export interface Sent {
  readonly method?: string;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: object | string;
  /** The idempotency key: a new one unless told, none when null. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The code of a problem, such as `ticket-differs`. */
export const codeOf = ({ body }: Reply<unknown>): string =>
  String((body as Partial<ProblemBody>).type).replace('urn:regulars:problem:', '');

/** The answer's body; fails in words when the status is another one. */
export const accepted = <T>(reply: Reply<T>, status = 201): T => {
  if (reply.status !== status) throw new Error(`Answered ${reply.status} and not ${status}: ${reply.text}`);
  return reply.body;
};

/** Somebody who calls the server, known by a token. Every write carries a key of its own. */
export class Client {
  constructor(
    /** Asked anew for every request: a restarted server has another address. */
    private readonly address: () => string,
    readonly token: string | null,
  ) {}

  /** The same server, called by somebody else. */
  as(token: string | null): Client {
    return new Client(this.address, token);
  }

  get<T = object>(path: string): Promise<Reply<T>> {
    return this.send<T>(path, { method: 'GET', key: null });
  }

  post<T = object>(path: string, body: object | string = {}, key?: string | null): Promise<Reply<T>> {
    return this.send<T>(path, { body, ...(key === undefined ? {} : { key }) });
  }

  async send<T>(path: string, { method = 'POST', body, key = randomUUID(), headers }: Sent): Promise<Reply<T>> {
    const reply = await fetch(this.address() + path, {
      method,
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(key === null ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(100_000),
    });
    const text = await reply.text();
    const isJson = reply.headers.get('content-type')?.includes('json') === true;
    return { status: reply.status, body: (isJson ? JSON.parse(text) : {}) as T, text, headers: reply.headers };
  }
}
