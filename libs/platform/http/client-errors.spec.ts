import { connect, type AddressInfo } from 'node:net';
import { Probe } from './testing/probe';

let probe: Probe;
let port: number;
beforeAll(async () => {
  probe = await Probe.open();
  await probe.app.listen(0, '127.0.0.1');
  ({ port } = probe.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => probe.app.close());

/** What comes back on a connection until it is closed. */
const sentRaw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket
      .on('data', (chunk) => (text += chunk.toString('utf8')))
      .on('close', () => resolve(text))
      .on('error', reject);
  });

const partsOf = (answer: string) => {
  const end = answer.indexOf('\r\n\r\n');
  const [start = '', ...lines] = answer.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { start, headers, body: answer.slice(end + 4) };
};

it.each([
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n', 400, 'malformed-request'],
  ['no HTTP', 'hello\r\n\r\n', 400, 'malformed-request'],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'malformed-request',
  ],
  ['a header too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ['an address too large', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers-too-large'],
])('%s is answered as a problem, and the connection closed', async (_, bytes, status, code) => {
  const { start, headers, body } = partsOf(await sentRaw(bytes));
  expect(start).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    connection: 'close',
  });
  expect(JSON.parse(body)).toMatchObject({
    type: `urn:regulars:problem:${code}`,
    status,
    title: expect.any(String),
    detail: expect.any(String),
  });
});

it('goes on with the next request, and minds nobody who hangs up', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /');
      socket.resetAndDestroy();
      resolve();
    });
  });
  expect((await probe.ask('/health/live')).status).toBe(200);
});
