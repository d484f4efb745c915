import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { topicsOf } from '#libs/platform/kafka/topics';
import { describeWithBroker, freshName, testBrokers } from '#libs/platform/testing/kafka-broker';
import type { AccountAnswer } from '../support/answers';
import { accepted, type Client } from '../support/client';
import { S1 } from '../support/club';
import { fixedFor, perDollar, programme } from '../support/programmes';
import { eventually } from '../support/server-process';
import { Services, type ServiceProcess } from '../support/service-process';
import { Till } from '../support/till';

interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
}

interface Received {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly { name: string; traceId: string }[] }[];
  }[];
}

/** Takes spans as a collector does. */
class Collector {
  readonly spans: Span[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.take(JSON.parse(Buffer.concat(chunks).toString()) as Received);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take({ resourceSpans }: Received): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      for (const { name, traceId } of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({ service, name, traceId });
    }
  }
}

describeWithBroker('services over the bus', () => {
  const prefix = freshName();
  const topics = topicsOf(prefix);
  let brokers: readonly string[];
  let collector: Collector;
  let services: Services;
  let officeApi: ServiceProcess;
  let workers: readonly ServiceProcess[];
  let relay: ServiceProcess;
  let office: Client;
  let till: Till;

  beforeAll(async () => {
    brokers = await testBrokers();
    collector = new Collector();
    services = await Services.prepare({
      KAFKA_BROKERS: brokers.join(','),
      REGULARS_KAFKA_PREFIX: prefix,
      OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(),
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
    const tillApi = services.start('till-api');
    officeApi = services.start('office-api');
    workers = [services.start('worker'), services.start('worker')];
    relay = services.start('relay');
    for (const each of [tillApi, officeApi, relay, ...workers]) await each.ready();
    office = services.office(officeApi);
    accepted(await office.post('/v1/stores', S1));
    const { token } = accepted(await office.post<{ token: string }>('/v1/stores/S1/tills', { tillId: 'T1' }));
    const now = (): string => new Date().toISOString();
    till = new Till(services.office(tillApi).as(token), { storeId: 'S1', tillId: 'T1', currency: 'AUD', now });
    const document = programme({ rules: [perDollar(1), fixedFor('enrolment', 7)] });
    accepted(await office.post('/v1/programme/versions', { document, note: 'first' }));
    await eventually('the till knows', async () => (await till.client.get('/v1/programme')).status === 200);
  }, 360_000);
  afterAll(async () => {
    await services.close();
    collector.close();
  }, 240_000);

  const available = async (memberId: string): Promise<number | undefined> => {
    const { wallets } = accepted(await office.get<AccountAnswer>(`/v1/accounts/${memberId}`), 200);
    return wallets.find(({ code }) => code === 'points')?.available;
  };

  const isListed = async (memberId: string): Promise<boolean> => {
    const { body } = await office.get<{ items: { memberId: string }[] }>('/v1/members?storeId=S1&limit=200');
    return body.items.some((item) => item.memberId === memberId);
  };

  it('bring facts to read models and policies, wherever they run', async () => {
    const members = await Promise.all(Array.from({ length: 12 }, () => till.enrols()));
    for (const memberId of members) {
      await eventually('the policy has booked the enrolment', async () => (await available(memberId)) === 7);
      await eventually('the list has the member', () => isListed(memberId));
    }
    // Who is given a fact again, since partitions changed hands, counts its answer again: only the effect is had once.
    const counted = async (): Promise<number> => {
      const texts = await Promise.all(workers.map((worker) => worker.metrics()));
      const counts = texts.map((text) =>
        Number(/policy_commands_accepted_total\{name="policy:book-enrolments"[^}]*\} (\d+)/.exec(text)?.[1] ?? 0),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    };
    await eventually('the workers have counted every enrolment', async () => (await counted()) >= members.length);
    for (const memberId of members) expect(await available(memberId)).toBe(7);
  }, 240_000);

  it('can be traced from a request to the read model, through every process on the way', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const memberId = await till.enrols();
    const ticket = till.ticket(memberId, 1_000);
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    accepted(await till.client.send('/v1/purchases', { body: ticket, headers: { traceparent } }));
    const seen = (): readonly string[] =>
      collector.spans.filter((span) => span.traceId === traceId).map(({ service, name }) => `${service}: ${name}`);
    const wanted = ['till-api: POST /v1/purchases', 'till-api: append', 'relay: relay', 'worker: feed:read-models'];
    await eventually('the trace is whole', () => wanted.every((span) => seen().includes(span)));
    expect(JSON.stringify(collector.spans)).not.toContain(memberId);
  });

  it('take tickets from other systems, once each, and tell them the answer', async () => {
    const memberId = await till.enrols();
    await eventually('the enrolment is booked', async () => (await available(memberId)) === 7);
    const ticket = till.ticket(memberId, 2_000, { ticketNo: 'web-1' });
    const handed = { source: 'web-shop', idempotencyKey: 'order-1', ticket };
    const unknown = {
      ...handed,
      idempotencyKey: 'order-2',
      ticket: { ...ticket, ticketNo: 'web-2', memberId: 'nobody' },
    };
    const kafka = kafkaClient({ brokers, clientId: prefix }, () => undefined);
    const answers: Record<string, unknown>[] = [];
    const consumer = kafka.consumer({ groupId: `${prefix}.spec` });
    await consumer.connect();
    await consumer.subscribe({ topics: [topics.ticketResults.name, topics.deadTickets.name], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, message: { value } }) => {
        const text = value?.toString() ?? '';
        answers.push(
          topic === topics.deadTickets.name ? { dead: text } : (JSON.parse(text) as Record<string, unknown>),
        );
        return Promise.resolve();
      },
    });
    const producer = kafka.producer();
    await producer.connect();
    const values = [JSON.stringify(handed), JSON.stringify(handed), JSON.stringify(unknown), 'no ticket'];
    await producer.send({
      topic: topics.tickets.name,
      messages: values.map((value) => ({ key: memberId, value })),
    });
    await eventually('all four are answered', () => answers.length >= 4);
    await producer.disconnect();
    await consumer.disconnect();
    const of = (key: string) => answers.filter(({ idempotencyKey }) => idempotencyKey === key);
    expect(of('order-1')).toMatchObject([
      { status: 'accepted', replayed: false },
      { status: 'accepted', replayed: true },
    ]);
    expect(of('order-2')).toMatchObject([{ status: 'refused', reason: 'member-not-found' }]);
    expect(answers.filter((answer) => 'dead' in answer)).toEqual([{ dead: 'no ticket' }]);
    expect(await available(memberId)).toBe(27);
  }, 240_000);

  it('go on when a worker is killed and a relay is started twice', async () => {
    const second = await services.start('relay').ready();
    await workers[0]?.kill();
    const memberId = await till.enrols();
    await eventually('the other worker takes over', () => isListed(memberId), 240_000);
    await relay.stop();
    const another = await till.enrols();
    await eventually('the other relay takes over', () => isListed(another), 240_000);
    expect(await second.stop()).toBe(0);
  }, 360_000);

  it('are explained by the office', async () => {
    const { body } = await office.as(null).get<{ asyncapi: string; channels: object }>('/docs/asyncapi.json');
    expect(body.asyncapi).toBe('3.0.0');
    expect(JSON.stringify(body.channels)).toContain(topics.facts.name);
  });

  it('tell how far the bus is behind', async () => {
    const text = await workers[1]!.metrics();
    expect(text).toMatch(/^regulars_follower_lag_events\{name="feed:read-models",service="worker"\} \d+$/m);
    for (const name of ['feed:policies', 'timers', 'ingress'])
      expect(text).toMatch(new RegExp(`^regulars_follower_failures\\{name="${name}",service="worker"\\} \\d+$`, 'm'));
    expect(text).toMatch(/^regulars_ingress_tickets_total\{name="dead",service="worker"\} [01]$/m);
  });
});
