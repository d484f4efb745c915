import { createServer, type AddressInfo, type Socket } from 'node:net';
import { kafkaClient, type KafkaSettings } from './kafka-client';

const apiVersions = 18;
const saslHandshake = 17;

/** What such a broker can do, as the answer to the first question: these two requests only, in their old forms. */
const abilities = (correlation: number): Buffer => {
  const calls = [apiVersions, saslHandshake, 36, 3];
  const answer = Buffer.alloc(4 + 4 + 2 + 4 + 6 * calls.length);
  answer.writeInt32BE(answer.length - 4, 0);
  answer.writeInt32BE(correlation, 4);
  answer.writeInt32BE(calls.length, 10);
  for (const [index, call] of calls.entries()) {
    answer.writeInt16BE(call, 14 + 6 * index);
    answer.writeInt16BE(call === saslHandshake ? 1 : 0, 18 + 6 * index);
  }
  return answer;
};

/** Everything that a client says to a broker that hangs up at the second question. */
const said = async (settings: Partial<KafkaSettings>): Promise<Buffer> => {
  const heard: Buffer[] = [];
  const listen = (socket: Socket): void => {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      heard.push(data);
      if (data.length > 12 && data.readInt16BE(4) === apiVersions) socket.write(abilities(data.readInt32BE(8)));
      else socket.destroy();
    });
  };
  const server = createServer(listen);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const reports: unknown[] = [];
  const report = (...what: unknown[]) => void reports.push(what);
  const admin = kafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'spec', ...settings }, report).admin();
  await admin.connect().catch(() => undefined);
  await admin.disconnect();
  await new Promise((resolve) => server.close(resolve));
  expect(JSON.stringify(reports)).not.toContain('s3cr3t');
  return Buffer.concat(heard);
};

const tlsHello = 0x16;

it('speaks in the open and as nobody unless it is told otherwise', async () => {
  const words = await said({});
  expect(words[0]).toBe(0);
  expect(words.toString('latin1')).not.toMatch(/PLAIN|SCRAM/);
}, 30_000);

it('speaks TLS when it is told to', async () => expect((await said({ tls: {} }))[0]).toBe(tlsHello), 30_000);

it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
  'says by %s who it is, and tells nobody else the password',
  async (mechanism) => {
    const words = await said({ sasl: { mechanism, username: 'regulars', password: 's3cr3t' } });
    expect(words.toString('latin1')).toContain(mechanism.toUpperCase());
  },
  30_000,
);

it('does not start without the authorities that it was told of', () =>
  expect(() =>
    kafkaClient({ brokers: ['one:9092'], clientId: 'spec', tls: { caFile: '/no/such.pem' } }, () => undefined),
  ).toThrow(/no\/such\.pem/));
