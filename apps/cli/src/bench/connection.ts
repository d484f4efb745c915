import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer. The body is kept as text. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** What is asked, over and over. */
export interface Request {
  readonly path: string;
  readonly token: string;
  /** The idempotency key. */
  readonly key: string;
  /** JSON text. */
  readonly body: string;
}

const headEnd = '\r\n\r\n';
const lengthHeader = /content-length: (\d+)/i;

/**
 * One kept-alive HTTP connection that asks one thing at a time. It does the least a client can do, since it shares the
 * machine with the server that is measured.
 */
export class Connection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve(reply: Reply): void; reject(error: Error): void } | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('The connection was closed.')));
  }

  /** Connects to `http://host:port`. */
  static async open(url: string): Promise<Connection> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Connection(socket, host);
  }

  /** Posts and waits for the answer. */
  post({ path, token, key, body }: Request): Promise<Reply> {
    if (this.socket.destroyed) return Promise.reject(new Error('The connection was closed.'));
    const answered = new Promise<Reply>((resolve, reject) => (this.waiting = { resolve, reject }));
    this.socket.write(
      `POST ${path} HTTP/1.1\r\nhost: ${this.host}\r\nauthorization: Bearer ${token}\r\nidempotency-key: ${key}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}${headEnd}${body}`,
    );
    return answered;
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headBytes = this.received.indexOf(headEnd);
    if (headBytes < 0) return;
    const head = this.received.toString('latin1', 0, headBytes);
    const end = headBytes + headEnd.length + Number(lengthHeader.exec(head)?.[1] ?? 0);
    if (this.received.length < end) return;
    const body = this.received.toString('utf8', headBytes + headEnd.length, end);
    this.received = this.received.subarray(end);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}
