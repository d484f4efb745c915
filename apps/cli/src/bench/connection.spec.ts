import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { Connection } from './connection';

let server: Server;
let url: string;
const asked: {
  method?: string | undefined;
  path?: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      asked.push({ method: request.method, path: request.url, headers: request.headers, body });
      const answer = JSON.stringify({ ü: 'x'.repeat(Number(body.length > 100) * 200_000) });
      response.writeHead(body === '{}' ? 200 : 201, { 'content-length': Buffer.byteLength(answer) }).end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const request = (body: string) => ({ path: '/v1/purchases', token: 'secret', key: 'k1', body });

it('asks over one connection, again and again, and reads each answer whole', async () => {
  const connection = await Connection.open(url);
  expect(await connection.post(request('{"a":"ü"}'))).toEqual({ status: 201, body: '{"ü":""}' });
  expect((await connection.post(request(`{"a":"${'y'.repeat(200)}"}`))).body.length).toBe(200_008);
  expect((await connection.post(request('{}'))).status).toBe(200);
  connection.close();
  expect(asked).toHaveLength(3);
  expect(asked[0]).toMatchObject({ method: 'POST', path: '/v1/purchases', body: '{"a":"ü"}' });
  expect(asked[0]?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'idempotency-key': 'k1',
    'content-type': 'application/json',
  });
});

it('fails when the server hangs up', async () => {
  const rude = createSocketServer((socket) => socket.once('data', () => socket.destroy()));
  rude.listen(0, '127.0.0.1');
  await once(rude, 'listening');
  const connection = await Connection.open(`http://127.0.0.1:${(rude.address() as AddressInfo).port}`);
  await expect(connection.post(request('{}'))).rejects.toThrow();
  await expect(connection.post(request('{}'))).rejects.toThrow('closed');
  rude.close();
});
